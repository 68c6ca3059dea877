"""The order in which letters leave: by postal code, as the post wants them, and within one by address and name. Pure."""

import polars as pl


def digits_of(column: str) -> pl.Expr:
    """Return a postal code without what stands between its parts, in ASCII digits and capitals."""
    wide, narrow = list("０１２３４５６７８９"), list("0123456789")
    return pl.col(column).str.replace_many(wide, narrow).str.replace_all(r"[^0-9A-Za-z]", "").str.to_uppercase()


def by_postal_code(letters: pl.DataFrame) -> pl.DataFrame:
    """Return letters in postcode order; those without a code come last. The same letters are always in the same order."""
    code = digits_of("postal_code").replace("", None)
    return letters.sort(code, "address", "name", "person", nulls_last=True, maintain_order=True)
