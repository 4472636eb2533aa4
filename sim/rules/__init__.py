"""The decisions of the model, one file each; pure functions of tables and uniform numbers."""
