"""Tiny models of random weights, saved as sentence-transformers saves them: for the protocol, not the quality."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

HIDDEN, READS = 32, 512
_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


def embedding_model(folder: Path, reads: int = READS, pooling: str = "mean", **saved: Any) -> Path:
    """A transformer with pooling; `saved` are further facts of the model: `prompts`, `default_prompt_name`."""
    bare = _bare(folder, BertModel)
    transformer = Transformer(str(bare), max_seq_length=reads)
    SentenceTransformer(modules=[transformer, Pooling(HIDDEN, pooling)], device="cpu", **saved).save(str(folder))
    return folder


def cross_encoder(folder: Path, labels: int = 1) -> Path:
    """A classifier of pairs with so many labels."""
    CrossEncoder(str(_bare(folder, BertForSequenceClassification, labels)), device="cpu").save(str(folder))
    return folder


def _bare(folder: Path, kind: Any, labels: int = 1) -> Path:
    """The transformer alone, with a tokenizer that reads letters: the same weights every time."""
    torch.manual_seed(7)
    tokenizer = _tokenizer()
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=READS,
        num_labels=labels,
        initializer_range=0.6,
    )
    bare = folder.with_name(f"{folder.name}-bare")
    kind(config).save_pretrained(str(bare))
    tokenizer.save_pretrained(str(bare))
    return bare


def _tokenizer() -> Any:
    letters = [chr(code) for code in range(33, 127)]
    pieces = [*_MARKS, *letters, *(f"##{letter}" for letter in letters)]
    bare = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    bare.normalizer = normalizers.BertNormalizer(lowercase=True)
    bare.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    bare.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=bare,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=READS,
    )
