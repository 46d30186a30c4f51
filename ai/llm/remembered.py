"""The same question gets the same answer for a while, at no cost. Heavy: fetched through `ai/lazy.py` only.

What is kept is encrypted, and only once the whole run came to a good end, so that nonsense is not repeated.
"""

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from tickets.crypto import decrypt, encrypt

SAID_ANEW = ("timestamp", "run_id", "conversation_id", "tool_call_id", "metadata")  # differ from run to run


class RememberingModel(WrapperModel):
    """Looks into the cache first. `salt` tells configurations and providers apart."""

    def __init__(self, model: Model, salt: str) -> None:
        super().__init__(model)
        self.salt = salt
        self.asked_anew = 0
        self.kept: dict[str, ModelResponse] = {}

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        key = self._key(messages, model_settings, model_request_parameters)
        found = recalled(key)
        if found is not None:
            return found
        self.asked_anew += 1
        response = await super().request(messages, model_settings, model_request_parameters)
        self.kept[key] = response
        return response

    def keep(self) -> None:
        """Remember what was said in this run."""
        for key, response in self.kept.items():
            text = ModelMessagesTypeAdapter.dump_json([response]).decode()
            cache.set(key, encrypt(text), settings.AI_REMEMBER_SECONDS)

    def _key(self, messages: list[ModelMessage], *rest: object) -> str:
        said = _lasting(ModelMessagesTypeAdapter.dump_python(messages, mode="json"))
        return "ai:said:" + salted_hmac("ai.remembered", f"{self.salt}{said}{rest}", algorithm="sha256").hexdigest()


def _lasting(value: object) -> object:
    if isinstance(value, dict):
        return {name: _lasting(inner) for name, inner in value.items() if name not in SAID_ANEW}
    return [_lasting(inner) for inner in value] if isinstance(value, list) else value


def recalled(key: str) -> ModelResponse | None:
    kept = cache.get(key)
    text = decrypt(kept) if isinstance(kept, str) else ""
    if not text:
        return None
    (message,) = ModelMessagesTypeAdapter.validate_json(text)
    return message if isinstance(message, ModelResponse) else None
