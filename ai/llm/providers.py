"""Which language models can be asked, in which order: rows of the admin first, then what the environment gives."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.conf import settings

from ai.choices import ProviderKind
from ai.models import ModelProvider

DEFAULT_MODEL = "default"  # of a configuration: whatever each provider of the chain uses


@dataclass(frozen=True)
class Provider:
    """One link of the chain, ready to be asked. Prices are USD for a million tokens, None for the list price."""

    name: str
    kind: str
    model: str
    base_url: str = ""
    key: str = ""
    timeout: float = 20.0
    concurrency: int = 4
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    masks: bool = True

    def __repr__(self) -> str:  # a key belongs in no log
        return f"Provider({self.name}:{self.model})"

    @property
    def is_free(self) -> bool:
        """A server of your own has no list price; the others cost something unless a price of nothing is set."""
        own = self.kind == ProviderKind.COMPATIBLE
        return all(price == 0 or (price is None and own) for price in (self.input_price, self.output_price))


def chain(model: str = DEFAULT_MODEL) -> list[Provider]:
    """Return who is asked for `model`, best first.

    `provider:name` puts that provider first with that model, a bare `name` asks the first provider for it; whoever stands in for
    them uses a model of its own.
    """
    known = _configured() + _from_environment()
    first, _, name = model.partition(":")
    named = [provider for provider in known if provider.name == first]
    if named:
        return [replace(named[0], model=name), *(other for other in known if other.name != first)]
    if model != DEFAULT_MODEL and known:
        return [replace(known[0], model=model), *known[1:]]
    return known


def names() -> list[str]:
    return [provider.name for provider in chain()]


def _configured() -> list[Provider]:
    rows = ModelProvider.objects.filter(is_active=True)
    found = (_from_row(row) for row in rows)
    return [provider for provider in found if provider.key or provider.kind == ProviderKind.COMPATIBLE]


def _from_row(row: ModelProvider) -> Provider:
    environment = settings.AI_ENVIRONMENT[row.kind]
    return Provider(
        name=row.name,
        kind=row.kind,
        model=row.model,
        base_url=row.base_url or ("" if row.api_key else environment["base_url"]),
        key=row.api_key or _environment_key(row),
        timeout=float(row.timeout_seconds),
        concurrency=row.concurrency,
        input_price=row.input_price,
        output_price=row.output_price,
        masks=row.masks,
    )


def _environment_key(row: ModelProvider) -> str:
    """The environment's key is for the environment's address, and goes nowhere else."""
    environment = settings.AI_ENVIRONMENT[row.kind]
    return str(environment["api_key"]) if row.base_url in ("", environment["base_url"]) else ""


def _from_environment() -> list[Provider]:
    """Return what the environment names and no row speaks for, not even one that is switched off."""
    spoken_for = set(ModelProvider.objects.values_list("kind", flat=True))
    return [
        Provider(name=kind, kind=kind, model=said["model"], base_url=said["base_url"], key=said["api_key"])
        for kind, said in settings.AI_ENVIRONMENT.items()
        if kind not in spoken_for
        and said["model"]
        and (said["base_url"] if kind == ProviderKind.COMPATIBLE else said["api_key"])
    ]
