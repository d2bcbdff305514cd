"""An assistant over the shared index whose answers a scripted model puts into words."""

from __future__ import annotations

from dataclasses import replace

from scripted_model import MODEL, Body, ScriptedModel, Turn, data_of, said

from app.assistant import Assistant
from app.steps.compose_llm import Bounds, Phraser
from app.steps.llm_breaker import Breaker
from app.steps.llm_client import OpenAILikeModel
from app.steps.llm_prompts import read_prompts
from app.steps.memory import AnswerMemory

NAME = f"llm:{MODEL}"
TOXICITY = "How toxic is regorafenib?"
SURVIVAL = "mOS SUNLIGHT?"
# A patient to whom regorafenib and FTD/TPI with bevacizumab are open, and encorafenib is not.
PATIENT = "68M mCRC RAS mutant, BRAF wild-type, MSS, prior FOLFOX/bev then FOLFIRI, ECOG 1. What are the options?"


def phraser(
    model: ScriptedModel, timeout_s: float = 5.0, breaker: Breaker | None = None, context: int = 4096
) -> Phraser:
    """A phraser over the scripted model."""
    client = OpenAILikeModel(model.address, MODEL, "secret", 200)
    return Phraser(client, read_prompts(), Bounds(timeout_s, context, 200), breaker)


def phrasing(
    assistant: Assistant, model: ScriptedModel, timeout_s: float = 5.0, breaker: Breaker | None = None, memory: int = 0
) -> Assistant:
    """The assistant with that phraser."""
    writer = phraser(model, timeout_s, breaker)
    identity = replace(assistant.identity, generator=writer.identity)
    return Assistant(assistant.base, assistant.searcher, identity, assistant.adviser, AnswerMemory(memory), writer)


def faithful(body: Body) -> Turn:
    """What a good model writes: each item of the evidence in plain sentences with its number."""
    return said(" ".join(in_words(item) for item in data_of(body)["evidence"]))


def in_words(item: Body) -> str:
    """An item of the evidence in other words; a row as its figures, arm by arm."""
    text = str(item["text"]).rstrip(".")
    for word, other in (
        ("most common", "most frequent"),
        ("experienced", "had"),
        ("was uncommon, however,", "was uncommon"),
    ):
        text = text.replace(word, other)
    if not text.startswith("Median overall survival (OS): "):
        return f"{text} [{item['n']}]."
    trial = str(item["place"]).split(", ")[1].split(" (")[0]
    *arms, ratio = text.removeprefix("Median overall survival (OS): ").split("; ")
    told = " and ".join("{1} with {0}".format(*arm.removesuffix(" (significant)").split(": ")) for arm in arms)
    hazard = ratio.removeprefix("hazard ratio ").replace(" (", ", ").rstrip(")")
    judged = "a significant difference" if "(significant)" in text else "not significant"
    return f"In {trial}, median OS was {told} (HR {hazard}; {judged}) [{item['n']}]."
