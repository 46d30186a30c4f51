"""What tokens cost, in USD."""

from decimal import Decimal

from ai.llm.providers import Provider

MILLION = Decimal(1_000_000)
UNKNOWN_INPUT, UNKNOWN_OUTPUT = (
    Decimal(5),
    Decimal(25),
)  # for a paid model without a list price: rather too much than too little
CHARACTERS_A_TOKEN = 3  # fewer than in English prose, so that an estimate is not too low


def price_of(provider: Provider, input_tokens: int, output_tokens: int) -> Decimal:
    """Return what a request costs: by the provider's own prices, else by the list, else by a careful guess."""
    if provider.is_free:
        return Decimal(0)
    listed = None
    if provider.input_price is None or provider.output_price is None:
        listed = _listed(provider, input_tokens, output_tokens)
    guess = (UNKNOWN_INPUT * input_tokens / MILLION, UNKNOWN_OUTPUT * output_tokens / MILLION)
    given = (provider.input_price, provider.output_price)
    parts = zip(given, listed or guess, (input_tokens, output_tokens), strict=True)
    return sum((other if price is None else price * tokens / MILLION for price, other, tokens in parts), Decimal(0))


def _listed(provider: Provider, input_tokens: int, output_tokens: int) -> tuple[Decimal, Decimal] | None:
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        found = calc_price(usage, provider.model, provider_id=provider.kind)
    except (LookupError, ValueError):
        return None
    return Decimal(found.input_price), Decimal(found.output_price)
