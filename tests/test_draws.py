"""Draws: the generator is numpy's, addresses never meet, and neighbours do not know each other.

Numbers are made from fixed addresses, so a test that passes once passes always. Bounds on correlations and
moments are five standard errors: under true uniforms one such check in 1.7 million would fail.
"""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from sim import draws
from sim.words import Purpose

WORDS = st.integers(0, 2**64 - 1)
MANY = 20_000
FIVE_ERRORS = 5.0


def numpy_philox(counter: tuple[int, ...], key: tuple[int, ...]) -> np.random.Philox:
    """numpy's generator about to give the block of this counter; it counts up before each block."""
    before = (sum(word << 64 * place for place, word in enumerate(counter)) - 1) % 2**256
    words = [before >> 64 * place & 2**64 - 1 for place in range(4)]
    return np.random.Philox(key=np.array(key, dtype=np.uint64), counter=np.array(words, dtype=np.uint64))


@given(st.tuples(WORDS, WORDS, WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_a_block_equals_numpys_philox_word_for_word(counter, key):
    assert draws.philox(*counter, draws.key_schedule(*key)) == tuple(
        int(word) for word in numpy_philox(counter, key).random_raw(4)
    )


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("0" * 64, "0" * 32, "16554d9eca36314cdb20fe9d672d0fdcd7e772cee186176b7e68b68aec7ba23b"),
        ("f" * 64, "f" * 32, "87b092c3013fe90b438c3c67be8d02249cc7d7c69cd777b6a09caebf594f0ba0"),
        (
            "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
            "452821e638d01377be5466cf34e90c6c",
            "a528f45403e61d9538c72dbd566e9788a5a1610e72fd18b557bd43b5e52b7fe6",
        ),
    ],
)
def test_a_block_equals_the_known_answers_of_random123(counter, key, words):
    """The vectors of philox4x64-10 in the file kat_vectors of Random123."""
    assert draws.philox(*cut(counter), draws.key_schedule(*cut(key))) == cut(words)


def cut(digits: str) -> tuple[int, ...]:
    return tuple(int(digits[i : i + 16], 16) for i in range(0, len(digits), 16))


@given(WORDS, st.integers(0, 10**6), st.tuples(WORDS, WORDS), WORDS)
def test_a_uniform_equals_numpys_double(seed, replication, key, subject):
    counter = (*key, subject, int(Purpose.PATIENCE) >> 2 << 48 | 3 << 24 | 2)
    doubles = np.random.Generator(numpy_philox(counter, (seed, replication))).random(4)
    for purpose, double in zip(range(Purpose.PATIENCE, Purpose.PATIENCE + 4), doubles, strict=True):
        assert draws.uniform(seed, replication, key, subject, purpose, 3, 2) == double


@pytest.mark.parametrize("word", [0, 1, 2**11 - 1, 2**11, 2**63, 2**64 - 1])
def test_a_uniform_lies_strictly_between_0_and_1(word):
    u = draws.unit(word)
    assert 0.0 < u < 1.0
    assert 1.0 - u > 0.0


ADDRESSES = st.tuples(
    st.tuples(WORDS, WORDS),
    WORDS,
    st.integers(0, 2**16 - 1),
    st.integers(0, 2**24 - 1),
    st.integers(0, 2**24 - 1),
)


@given(ADDRESSES, ADDRESSES)
def test_two_addresses_have_two_counters(one, other):
    assert (draws.counter(*one) == draws.counter(*other)) == (one == other)


@given(ADDRESSES)
def test_no_part_of_an_address_spills_into_another(address):
    key, subject, block, stay, use = address
    counter = draws.counter(*address)
    assert counter[:3] == (*key, subject)
    assert (counter[3] >> 48, counter[3] >> 24 & 2**24 - 1, counter[3] & 2**24 - 1) == (block, stay, use)


@given(WORDS, WORDS, ADDRESSES, st.integers(0, 3))
@example(1, 2, ((0, 0), 0, 0, 0, 0), 0)
def test_the_draws_of_a_replication_are_those_of_their_addresses(seed, replication, address, place):
    key, subject, block, stay, use = address
    purpose = 4 * block + place
    once = draws.uniform(seed, replication, key, subject, purpose, stay, use)
    assert draws.Draws(seed, replication).uniform(*key, subject, purpose, stay, use) == once


@given(WORDS, WORDS, ADDRESSES)
@example(1, 2, ((0, 0), 0, 0, 0, 0))
def test_four_draws_at_once_are_the_draws_of_four_neighbouring_purposes(seed, replication, address):
    key, subject, block, stay, _ = address
    together = draws.Draws(seed, replication).four(*key, subject, 4 * block, stay)
    assert together == tuple(
        draws.uniform(seed, replication, key, subject, 4 * block + place, stay, 0) for place in range(4)
    )


def test_thousands_of_draws_in_a_row_are_those_of_their_addresses():
    source, strip = draws.patient_key("community", 0, 0)
    draw, digest = draws.Draws(5, 3), draws.subject("iop")
    for patient in range(3_000):
        address = (patient % 7, patient % 3, patient % 5)
        once = draws.uniform(5, 3, (source, strip + patient), digest, *address)
        assert draw.uniform(source, strip + patient, digest, *address) == once


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 31), st.integers(0, 2), st.integers(0, 2)), max_size=30
    )
)
def test_remembering_the_last_block_changes_no_number(asked):
    remembering = draws.Draws(seed=7, replication=3)
    key = draws.patient_key("community", 1, 2)
    for subject, purpose, stay, use in asked:
        once = draws.uniform(7, 3, key, subject, purpose, stay, use)
        assert remembering.uniform(*key, subject, purpose, stay, use) == once


@pytest.mark.parametrize(("stay", "use"), [(2**24, 0), (0, 2**24), (-1, 0), (0, -1)])
def test_a_count_too_large_for_its_place_is_refused(stay, use):
    with pytest.raises(OverflowError):
        draws.Draws(1, 0).uniform(0, 0, 0, 0, stay, use)
    with pytest.raises(OverflowError):
        draws.uniform(1, 0, (0, 0), 0, 0, stay, use)


def test_a_double_of_0_becomes_the_least_number():
    """numpy's doubles may be 0; nobody has met the block that holds one."""
    draw = draws.Draws(1, 0)
    draw._doubles = lambda *, out: out.fill(0.0)
    assert draw.four(1, 0, 0, 0, 0) == (2.0**-54,) * 4
    assert draw.uniform(1, 0, 0, 1, 0, 0) == 2.0**-54


@pytest.mark.parametrize("stay", [2**24, -1])
def test_a_stay_too_large_for_its_place_is_refused_for_four_draws_too(stay):
    with pytest.raises(OverflowError):
        draws.Draws(1, 0).four(0, 0, 0, 0, stay)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_beyond_64_bits_is_refused(seed):
    with pytest.raises(ValueError, match="whole numbers"):
        draws.Draws(seed, 0)
    assert 0.0 < draws.Draws(2**64 - 1, 0).uniform(0, 0, 0, 0, 0, 0) < 1.0


@given(
    st.tuples(st.integers(0, 2**23 - 1), st.integers(0, 2**40 - 1)),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
)
def test_two_points_have_two_keys(one, other):
    assert (draws.patient_key("a", *one) == draws.patient_key("a", *other)) == (one == other)


@given(st.integers(0, 2**23 - 1), st.integers(0, 2**40 - 1), st.text("ab-1", max_size=9))
def test_a_point_and_a_dated_referral_never_share_a_key(strip, point, identity):
    """One bit tells them apart, whatever the digest."""
    assert draws.patient_key("a", strip, point)[1] < 2**63 <= draws.referral_key("a", identity)[1]


def test_names_that_share_a_digest_are_found(monkeypatch):
    names = ["detox", "php", "iop", "op", "php"]
    assert draws.collisions(names) == []
    monkeypatch.setattr(draws, "subject", len)
    assert draws.collisions(names) == [("php", "iop")]


def test_a_digest_has_64_bits_and_does_not_change():
    """The digest of BLAKE2b with 8 bytes, as `b2sum -l 64` prints it, read from its low end."""
    assert draws.subject("detox") == int.from_bytes(bytes.fromhex("ff7a643029fddc90"), "little")


def uniforms(*, seed=1, replication=0, purpose=0, stay=1, subject="iop", use=0, first=0):
    """One number for each of many neighbouring patients."""
    draw = draws.Draws(seed, replication)
    digest = draws.subject(subject)
    source, strip = draws.patient_key("community", 0, first)
    return np.array([draw.uniform(source, strip + k, digest, purpose, stay, use) for k in range(MANY)])


@pytest.fixture(scope="module")
def here():
    return uniforms()


def test_uniforms_have_the_moments_of_a_uniform(here):
    """Standard errors of the mean of u, u² and u³: sqrt(1/12, 4/45, 9/112) ÷ sqrt(n)."""
    for power, variance in ((1, 1 / 12), (2, 4 / 45), (3, 9 / 112)):
        error = np.sqrt(variance / MANY)
        assert abs(np.mean(here**power) - 1 / (power + 1)) < FIVE_ERRORS * error


def test_uniforms_fill_the_line_evenly(here):
    """Kolmogorov–Smirnov; true uniforms fail once in a million."""
    assert stats.kstest(here, "uniform").pvalue > 1e-6


@pytest.mark.parametrize("lag", [1, 2, 7])
def test_neighbouring_patients_do_not_know_each_other(here, lag):
    assert correlation(here[:-lag], here[lag:]) < FIVE_ERRORS


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"replication": 1},
        {"purpose": 1},
        {"purpose": 2},
        {"purpose": 4},
        {"stay": 2},
        {"use": 1},
        {"subject": "op"},
        {"seed": 0, "replication": 1},
    ],
    ids=str,
)
def test_neighbouring_addresses_do_not_know_each_other(here, change):
    there = uniforms(**change)
    assert correlation(here, there) < FIVE_ERRORS
    assert correlation(here[:-1], there[1:]) < FIVE_ERRORS
    assert not np.any(here == there)


def correlation(one, other):
    """The correlation in standard errors, which are 1 ÷ sqrt(n) where there is none."""
    return abs(np.corrcoef(one, other)[0, 1]) * np.sqrt(len(one))
