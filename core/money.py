"""Amounts to the smallest coin that a currency has in use: nothing is lost, nothing is made up."""

from decimal import ROUND_HALF_UP, Decimal

# Currencies whose small coins are out of use; prices are whole numbers.
WHOLE = frozenset({"CLP", "COP", "PYG", "CRC", "ARS"})
NOTHING = Decimal(0)
MOST = Decimal(99_999_999)


def coin_of(currency: str) -> Decimal:
    """The smallest amount that is paid: 1 or 0.01."""
    return Decimal(1) if currency in WHOLE else Decimal("0.01")


def exact(amount: Decimal, currency: str) -> Decimal:
    """The nearest amount that can be paid; half a coin is one."""
    return amount.quantize(coin_of(currency), ROUND_HALF_UP)


def is_exact(amount: Decimal, currency: str) -> bool:
    """Whether it can be paid to the last figure."""
    return amount.is_finite() and abs(amount) <= MOST and amount == exact(amount, currency)


def plain(amount: Decimal, currency: str) -> str:
    """«45» or «45.50», as a field shows it: no figures that mean nothing."""
    coins = exact(amount, currency)
    whole = coins.to_integral_value()
    return str(whole if coins == whole else coins)
