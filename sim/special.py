"""The special functions behind the distributions: normal and gamma, both tails, forwards and backwards.

Scalar and written in + − × ÷, `sqrt`, `log`, `exp` alone, because the path from a uniform to the log may hold
nothing else (`docs/model.md`, section 5): a compiled engine then reaches the same bits. Every function that
has a small answer near one end has a twin for that end, so that tails keep their digits. Which distribution
uses what is left to `sim/families.py`.
"""

from math import exp, inf, log, sqrt

SQRT_HALF = 0.7071067811865476
HALF_LOG_TWO_PI = 0.9189385332046727
ONE_OVER_SQRT_PI = 0.5641895835477563
LARGEST_EXPONENT = 709.0
SMALLEST = 1e-300
STEPS = 100

# W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969)
ERF_NEAR_TOP = (
    1.85777706184603153e-1,
    3.16112374387056560e0,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
ERF_NEAR_BOTTOM = (
    1.0,
    2.36012909523441209e1,
    2.44024637934444173e2,
    1.28261652607737228e3,
    2.84423683343917062e3,
)
ERFC_MIDDLE_TOP = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594e0,
    6.61191906371416295e1,
    2.98635138197400131e2,
    8.81952221241769090e2,
    1.71204761263407058e3,
    2.05107837782607147e3,
    1.23033935479799725e3,
)
ERFC_MIDDLE_BOTTOM = (
    1.0,
    1.57449261107098347e1,
    1.17693950891312499e2,
    5.37181101862009858e2,
    1.62138957456669019e3,
    3.29079923573345963e3,
    4.36261909014324716e3,
    3.43936767414372164e3,
    1.23033935480374942e3,
)
ERFC_FAR_TOP = (
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4,
)
ERFC_FAR_BOTTOM = (
    1.0,
    2.56852019228982242e0,
    1.87295284992346047e0,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)
# M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988): a7 … a0, then b7 … b1
NORMAL_CENTRE = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
)
NORMAL_TAIL = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
)
NORMAL_FAR_TAIL = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
)


def exp_or_inf(x: float) -> float:
    """The exponential, and infinity instead of an overflow."""
    return exp(x) if x < LARGEST_EXPONENT else inf


def log1p(x: float) -> float:
    """The logarithm of 1 + x, with its digits kept for small x (W. Kahan's correction)."""
    w = 1.0 + x
    if w == 1.0:
        return x
    if w <= 0.0:
        return -inf
    return x if w == inf else x * (log(w) / (w - 1.0))


def expm1(x: float) -> float:
    """The exponential less 1, with its digits kept for small x (W. Kahan's correction)."""
    w = exp_or_inf(x)
    if w == 1.0:
        return x
    if w == inf or w - 1.0 == -1.0:
        return w - 1.0
    return (w - 1.0) * (x / log(w))


def normal_below(z: float) -> float:
    """The chance that a standard normal is at most z."""
    return 0.5 * erfc(-z * SQRT_HALF)


def erfc(x: float) -> float:
    """The complementary error function, by the rational approximations of W. J. Cody (1969), CALERF."""
    y = abs(x)
    if y <= 0.46875:
        z = y * y
        return 1.0 - x * polynomial(z, ERF_NEAR_TOP) / polynomial(z, ERF_NEAR_BOTTOM)
    if y > 27.0:
        tail = 0.0
    elif y <= 4.0:
        tail = exp_minus_square(y) * polynomial(y, ERFC_MIDDLE_TOP) / polynomial(y, ERFC_MIDDLE_BOTTOM)
    else:
        z = 1.0 / (y * y)
        rest = z * polynomial(z, ERFC_FAR_TOP) / polynomial(z, ERFC_FAR_BOTTOM)
        tail = exp_minus_square(y) * (ONE_OVER_SQRT_PI - rest) / y
    return tail if x > 0.0 else 2.0 - tail


def polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """The polynomial with these coefficients, the highest power first."""
    total = 0.0
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


def exp_minus_square(y: float) -> float:
    """exp(−y²), the square split in two so that its rounding is not blown up."""
    coarse = int(y * 16.0) / 16.0
    return exp(-coarse * coarse) * exp(-(y - coarse) * (y + coarse))


def normal_quantile(u: float) -> float:
    """The z that a standard normal is below with chance u (M. J. Wichura, 1988, algorithm AS 241, PPND16).

    About 1e-15 relative for every u from the smallest normal number to 1/2; ask for −z of the other tail
    where 1 − u is small.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * ratio(0.180625 - q * q, NORMAL_CENTRE)
    tail = u if q < 0.0 else 1.0 - u
    if tail <= 0.0:
        return -inf if q < 0.0 else inf
    r = sqrt(-log(tail))
    z = ratio(r - 1.6, NORMAL_TAIL) if r <= 5.0 else ratio(r - 5.0, NORMAL_FAR_TAIL)
    return -z if q < 0.0 else z


def ratio(r: float, coefficients: tuple[float, ...]) -> float:
    """A quotient of polynomials of degree 7: eight coefficients above, seven and 1 below, highest first."""
    a7, a6, a5, a4, a3, a2, a1, a0, b7, b6, b5, b4, b3, b2, b1 = coefficients
    top = ((((((a7 * r + a6) * r + a5) * r + a4) * r + a3) * r + a2) * r + a1) * r + a0
    return top / (((((((b7 * r + b6) * r + b5) * r + b4) * r + b3) * r + b2) * r + b1) * r + 1.0)


def log_gamma(x: float) -> float:
    """The logarithm of the gamma function at x > 0, by Stirling's series from 12 upwards."""
    product = 1.0
    while x < 12.0:
        product *= x
        x += 1.0
    return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirling(x) - log(product)


def stirling(x: float) -> float:
    """What Stirling's formula leaves out of log Γ(x), for x ≥ 12."""
    z = 1.0 / (x * x)
    series = ((1.0 / 1188.0 - 691.0 / 360360.0 * z) * z - 1.0 / 1680.0) * z + 1.0 / 1260.0
    return ((series * z - 1.0 / 360.0) * z + 1.0 / 12.0) / x


def gamma_chances(shape: float, x: float) -> tuple[float, float]:
    """The chances that a gamma of this shape and scale 1 is at most x, and more: the regularised P and Q."""
    if x <= 0.0:
        return 0.0, 1.0
    if x == inf:
        return 1.0, 0.0
    bulk = gamma_bulk(shape, x, gamma_offset(shape))
    if x < shape + 1.0:
        below = bulk * gamma_series(shape, x)
        return below, 1.0 - below
    above = bulk * gamma_fraction(shape, x)
    return 1.0 - above, above


def gamma_offset(shape: float) -> float:
    """log Γ(shape + 1) − shape·log(shape) + shape, without the loss of digits for large shapes."""
    if shape >= 12.0:
        return HALF_LOG_TWO_PI + 0.5 * log(shape) + stirling(shape)
    return log_gamma(shape + 1.0) - shape * log(shape) + shape


def gamma_bulk(shape: float, x: float, offset: float) -> float:
    """x^shape · exp(−x) / Γ(shape + 1), which is x times the density divided by the shape."""
    ratio = x / shape
    return exp(shape * (1.0 - ratio + log(ratio)) - offset) if ratio > 0.0 else 0.0


def gamma_series(shape: float, x: float) -> float:
    """P divided by the bulk, for x < shape + 1 (Abramowitz and Stegun, 6.5.29)."""
    term = 1.0
    total = 1.0
    n = shape
    while term > 1e-17 * total:
        n += 1.0
        term *= x / n
        total += term
    return total


def gamma_fraction(shape: float, x: float) -> float:
    """Q divided by the bulk, for x ≥ shape + 1 (Abramowitz and Stegun, 6.5.31, by Lentz's method)."""
    b = x + 1.0 - shape
    c = 1.0 / SMALLEST
    d = 1.0 / b
    total = d
    n = 0.0
    change = 0.0
    while abs(change - 1.0) > 1e-16:
        n += 1.0
        a = n * (shape - n)
        b += 2.0
        d = a * d + b
        c = b + a / c
        d = 1.0 / d if abs(d) > SMALLEST else 1.0 / SMALLEST
        c = c if abs(c) > SMALLEST else SMALLEST
        change = c * d
        total *= change
        if n > 1e7:
            break
    return shape * total


def gamma_quantile(shape: float, below: float, above: float) -> float:
    """The x that a gamma of this shape and scale 1 is at most with chance `below` (above = 1 − below).

    Halley's method on the logarithm of the smaller tail against log x: that curve is concave, so the method
    cannot leave it. Relative error below 1e-10 for shapes from 0.01 to 10,000; 0 where x is under 1e-300.
    """
    if below <= 0.0:
        return 0.0
    if above <= 0.0:
        return inf
    offset = gamma_offset(shape)
    lower = below <= above
    target = log(below if lower else above)
    y = gamma_start(shape, below, above, offset)
    for _ in range(STEPS):
        if y < -690.0:
            return 0.0
        x = exp(y)
        bulk = gamma_bulk(shape, x, offset)
        inside = x < shape + 1.0
        tail = bulk * (gamma_series(shape, x) if inside else gamma_fraction(shape, x))
        if inside != lower:
            tail = 1.0 - tail
        if tail <= 0.0:
            y += -0.5 if not lower else 0.5
            continue
        slope = shape * bulk / tail if lower else -shape * bulk / tail
        bend = shape - x - slope
        newton = (log(tail) - target) / slope
        damping = 1.0 - 0.5 * newton * bend
        step = newton / (damping if damping > 0.5 else 0.5)
        y -= step
        if abs(step) * (1.0 + abs(bend)) < 1e-5:
            break
    return exp(y)


def gamma_start(shape: float, below: float, above: float, offset: float) -> float:
    """A first guess of the logarithm of a gamma's quantile: small x, far tail, Wilson and Hilferty."""
    y = (log(below) + offset) / shape + log(shape) - 1.0
    if y < log(0.2 * (shape + 1.0)):
        return y + exp(y) / (shape + 1.0)
    z = normal_quantile(below) if below <= above else -normal_quantile(above)
    root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape))
    if shape >= 0.5 and root > 0.1:
        return log(shape) + 3.0 * log(root)
    x = -log(above) - offset - shape * log(shape) + shape + log(shape)
    return log(x + (shape - 1.0) * log(x)) if x > 2.0 else 0.0
