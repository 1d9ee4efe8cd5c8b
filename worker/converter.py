"""How values become payloads: kernel values by ``msgspec``, everything else by pydantic.

Both are ``json/plain``, so a history reads as JSON whichever wrote it. Failure messages and
stack traces are encoded as payloads too: a database error may quote a patient's data (I8),
and what is a payload is encrypted when a codec is given.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    JSONPlainPayloadConverter,
    PayloadCodec,
)

_encoder = msgspec.json.Encoder()
_making = threading.Lock()


class KernelJSONConverter(EncodingPayloadConverter):
    """``json/plain`` for Structs, containers and unions of Structs; pydantic for the rest."""

    def __init__(self) -> None:
        self._rest = PydanticJSONPlainPayloadConverter()

    @property
    def encoding(self) -> str:
        return "json/plain"

    def to_payload(self, value: Any) -> Payload | None:
        """Encode ``value``."""
        if not _holds_struct(value):
            return self._rest.to_payload(value)
        return Payload(metadata={"encoding": b"json/plain"}, data=_encoder.encode(value))

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Decode and validate; raises ``msgspec.ValidationError`` when it is not ``type_hint``."""
        if type_hint is None or not _names_struct(type_hint):
            return self._rest.from_payload(payload, type_hint)
        return _decoder(type_hint).decode(payload.data)


class KernelPayloadConverter(CompositePayloadConverter):
    """Temporal's default converters, with the JSON one replaced."""

    def __init__(self) -> None:
        super().__init__(
            *(
                KernelJSONConverter() if isinstance(one, JSONPlainPayloadConverter) else one
                for one in DefaultPayloadConverter.default_encoding_payload_converters
            )
        )


def data_converter(codec: PayloadCodec | None = None) -> DataConverter:
    """The converter of every client and worker. ``codec`` encrypts payloads, if given."""
    return DataConverter(
        payload_converter_class=KernelPayloadConverter,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
        payload_codec=codec,
    )


def _holds_struct(value: Any) -> bool:
    if isinstance(value, msgspec.Struct):
        return True
    if isinstance(value, list | tuple):
        return any(_holds_struct(one) for one in value)
    if isinstance(value, dict):
        return any(_holds_struct(one) for one in value.values())
    return False


@lru_cache(maxsize=1024)
def _names_struct(hint: Any) -> bool:
    if isinstance(hint, type) and get_origin(hint) is None:
        return issubclass(hint, msgspec.Struct)
    if get_origin(hint) in (Union, UnionType, list, tuple, dict):
        return any(_names_struct(one) for one in get_args(hint))
    return False


def _decoder(hint: Any) -> msgspec.json.Decoder[Any]:
    # msgspec 0.22 shows a Struct's description to other threads before it is complete: a
    # decoder made meanwhile, of the same Struct, crashes the process.
    with _making:
        return _made(hint)


@lru_cache(maxsize=256)
def _made(hint: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(hint)
