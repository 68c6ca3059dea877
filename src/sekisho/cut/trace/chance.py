"""How likely chance alone does as well: upper tails of coins and draws, as powers of ten, since they are far below floats."""

import math

import numpy as np

NEVER = -math.inf


def log10_of_coins(agreed: int, of: int) -> float:
    """Return log10 of the chance that so many fair coins of ``of``, or more, agree: the exact binomial tail at one half."""
    if agreed <= 0:
        return 0.0
    if agreed > of:
        return NEVER
    logarithms = np.concatenate([[0.0], np.cumsum(np.log10(np.arange(1, of + 1)))])
    heads = np.arange(agreed, of + 1)
    terms = logarithms[of] - logarithms[heads] - logarithms[of - heads] - of * math.log10(2)
    peak = float(terms.max())
    return min(0.0, peak + math.log10(float(np.power(10.0, terms - peak).sum())))


def log10_of_draws(hit: int, of: int, share: float) -> float:
    """Return a bound on log10 of the chance that so many of ``of`` draws, or more, hit what is ``share`` of the whole.

    Chernoff's bound; by Hoeffding (1963, section 6) it holds for draws without replacement too.
    """
    if hit <= of * share or of == 0:
        return 0.0
    if share <= 0:
        return NEVER
    rate = hit / of
    exponent = rate * math.log10(rate / share)
    if rate < 1:
        exponent += (1 - rate) * (math.log10(1 - rate) - math.log10(1 - share))
    return min(0.0, -of * exponent)


def most_likely_share(hit: int, of: int, *, log10_doubt: float) -> float:
    """Return a share that the true one exceeds with a chance below 10**``log10_doubt``, where ``hit`` of ``of`` were hit.

    What the lower tail of Chernoff's bound for rare events leaves: share·of ≤ hit + L + √(L² + 2·L·hit).
    """
    doubt = -log10_doubt * math.log(10)
    return min(1.0, (hit + doubt + math.sqrt(doubt * doubt + 2 * doubt * hit)) / of)
