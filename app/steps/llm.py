"""The language model's part put together from the settings: client, prompts, bounds."""

from __future__ import annotations

from app.settings import Settings, language_model_key
from app.steps.compose_llm import Bounds, Phraser
from app.steps.llm_client import OpenAILikeModel
from app.steps.llm_prompts import read_prompts


def phraser_of(settings: Settings) -> Phraser:
    """A phraser over the model of the settings. Raises UserError where client, key or prompts are missing."""
    bounds = Bounds(settings.llm_timeout_s, settings.llm_context_tokens, settings.llm_reply_tokens)
    url, name = settings.llm_base_url or "", settings.llm_model or ""
    model = OpenAILikeModel(url, name, language_model_key(settings), bounds.reply_tokens)
    return Phraser(model, read_prompts(), bounds)
