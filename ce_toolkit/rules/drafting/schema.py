"""A JSON Schema of rule packs for editors: completes keys, explains them in Chinese, marks what a load refuses."""

import copy
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ce_toolkit.rules import checks, conditions
from ce_toolkit.rules.drafting.words import DOES, PARTS, TABLES, VERBS, key_meaning, key_word
from ce_toolkit.rules.pack import Pack
from ce_toolkit.rules.reasons import NAMES
from ce_toolkit.tables import CLAIMS, FLAG, WORD

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# name of the model -> the table, or the verb, whose keys it has
_PLACES = {
    "Identity": "pack", "Period": "time", "Window": "windows", "Document": "document", "Clause": "clause",
    "Requirement": "requirement", "Check": "check", "Reading": "reading", **{verb.title(): verb for verb in VERBS},
}  # fmt: skip


class _Numbers(GenerateJsonSchema):
    """Hours are numbers: TOML has exact ones, so that text in their place is a slip."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": "number", **({"minimum": 0} if schema.get("ge") is not None else {})}


def pack_schema() -> dict[str, Any]:
    """The schema of a whole pack; dates are text as TOML writes them (2017-04-10)."""
    schema = copy.deepcopy(Pack.model_json_schema(by_alias=True, schema_generator=_Numbers))
    schema["properties"].pop("sha256")  # of the file, not in it
    for key, part in schema["properties"].items():
        part.update(title=_name(key), description=_name(key))
    for name, model in schema["$defs"].items():
        _explain(model, _PLACES.get(name, name.lower()))
    _layered(schema)
    return {"$schema": DIALECT, **schema, "title": "继续教育学时规则包", "description": "一份通知的全部规则。"}


def _layered(schema: dict[str, Any]) -> None:
    """A layer over another pack states what differs only, and may leave entries out."""
    models = schema["$defs"]
    asked = {"pack": models["Identity"].pop("required"), "time": models["Period"].pop("required")}
    whole = {name: {"required": keys} for name, keys in asked.items()}
    drop = {"type": "array", "items": {"type": "string"}, "title": key_word("drop", "layer")}
    schema["properties"]["drop"] = {**drop, "description": key_meaning("drop", "layer")}
    schema["if"] = {"properties": {"pack": {"required": ["extends"]}}}
    schema["then"] = {"properties": {"pack": {"required": ["id"]}}, "required": ["pack"]}
    schema["else"] = {"properties": {**whole, "drop": False}, "required": schema.pop("required")}


def _explain(model: dict[str, Any], place: str) -> None:
    """Chinese titles and descriptions in place of English ones, and the closed lists that a load checks."""
    model.update(title=_name(place), description=DOES.get(place) or _name(place))
    for key, part in model["properties"].items():
        part.update(title=key_word(key, place), description=key_meaning(key, place))
    names = checks.CHECKS if place == "check" else conditions.TESTS
    if "test" in model["properties"]:
        model["properties"]["test"]["enum"] = list(names)
        model["properties"]["test"].pop("default", None)
    if place in ("gate", "need"):
        model["properties"]["field"]["enum"] = list(CLAIMS.columns)
        fields = [name for name, kind in CLAIMS.columns.items() if kind in (FLAG, WORD)]
        told = {"properties": {"field": {"enum": fields}}}  # other fields can only be blank
        model.update({"if": {"required": ["values"]}, "then": told})
        model["properties"]["field"].pop("default", None)
        model["oneOf"] = [{"required": ["test"]}, {"required": ["field"]}]
    if "reason" in model["properties"]:
        model["properties"]["reason"]["examples"] = sorted(NAMES)


def _name(place: str) -> str:
    return VERBS.get(place) or TABLES.get(place) or PARTS.get(place) or place
