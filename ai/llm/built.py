"""pydantic-ai models of our providers. Heavy: fetched through `ai/lazy.py` only."""

import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module

import httpx2
from pydantic_ai.models import Model

from ai.choices import ProviderKind
from ai.llm.providers import Provider

CONNECT_SECONDS = 5.0
NO_KEY = "none"  # what a server without keys is sent; the client insists on one


@cache
def trust() -> ssl.SSLContext:
    """Reading all certificates takes longer than everything else a run does here."""
    return ssl.create_default_context()


@asynccontextmanager
async def clients(timeout: float) -> AsyncIterator[httpx2.AsyncClient]:
    """One HTTP client for a run, closed with it: clients belong to an event loop, and each run has its own."""
    limits = httpx2.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout))
    async with httpx2.AsyncClient(timeout=limits, verify=trust(), follow_redirects=False) as client:
        yield client


def load(providers: Iterable[Provider]) -> None:
    """Load the vendors' libraries, before anybody's time runs."""
    for provider in providers:
        import_module(f"pydantic_ai.models.{'anthropic' if provider.kind == ProviderKind.ANTHROPIC else 'openai'}")


def model_of(provider: Provider, client: httpx2.AsyncClient) -> Model:
    """Return the model; retries are ours, so the vendor's client makes none."""
    return (_anthropic if provider.kind == ProviderKind.ANTHROPIC else _openai)(provider, client)


def _openai(provider: Provider, client: httpx2.AsyncClient) -> Model:
    """Each vendor's library costs seconds and 30 MB, so it is loaded for those who ask that vendor."""
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    address = provider.base_url or "https://api.openai.com/v1"
    vendor = AsyncOpenAI(api_key=provider.key or NO_KEY, base_url=address, http_client=client, max_retries=0)
    return OpenAIChatModel(provider.model, provider=OpenAIProvider(openai_client=vendor))


def _anthropic(provider: Provider, client: httpx2.AsyncClient) -> Model:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    address = provider.base_url or None
    vendor = AsyncAnthropic(api_key=provider.key or NO_KEY, base_url=address, http_client=client, max_retries=0)
    return AnthropicModel(provider.model, provider=AnthropicProvider(anthropic_client=vendor))
