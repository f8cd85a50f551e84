"""The attributes of a pool: those that each pool has, and those of its own."""

from .asking import INVALID, MISSING, ask, behaviour, call, cases, described, does, pool, said, shared


@shared
def ours():
    schema = [
        {"Name": "tenant", "AttributeDataType": "String", "Mutable": True},
        {
            "Name": "plan",
            "AttributeDataType": "String",
            "Mutable": True,
            "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "64"},
        },
        {"Name": "staff", "AttributeDataType": "String", "Mutable": True, "DeveloperOnlyAttribute": True},
        {"Name": "email", "AttributeDataType": "String", "Mutable": True, "Required": True},
    ]
    return described(pool(Schema=schema))


def attribute(name):
    return next((one for one in ours().get("SchemaAttributes", []) if one["Name"] == name), None)


def added(id, *attributes):
    return call("AddCustomAttributes", UserPoolId=id, CustomAttributes=list(attributes)).code()


def text(name, **more):
    return {"Name": name, "AttributeDataType": "String", "Mutable": True, **more}


def names(id):
    return [one["Name"] for one in described(id).get("SchemaAttributes", [])]


@shared
def other():
    """A pool whose own attributes nobody counts."""
    return pool()


@behaviour("the standard attributes beside attributes of one's own", "20 or 21 of them", "observed")
def _():
    count = sum(":" not in one["Name"] for one in ours().get("SchemaAttributes", []))
    return "20 or 21 of them" if count in (20, 21) else f"{count} of them"


@behaviour("the standard attribute sub", "required, never changed, 1 to 2048", "observed")
def _():
    found = attribute("sub")
    if not found:
        return "is missing"
    lengths = found.get("StringAttributeConstraints", {})
    required = "required" if found.get("Required") else "optional"
    changed = "changeable" if found.get("Mutable") else "never changed"
    return f"{required}, {changed}, {lengths.get('MinLength')} to {lengths.get('MaxLength')}"


@behaviour("the lengths of birthdate", '{"MaxLength": "10", "MinLength": "10"}', "observed")
def _():
    return said((attribute("birthdate") or {}).get("StringAttributeConstraints"))


@behaviour("the lengths of nickname", '{"MaxLength": "2048", "MinLength": "0"}', "observed")
def _():
    return said((attribute("nickname") or {}).get("StringAttributeConstraints"))


@behaviour("the bounds of updated_at", 'Number {"MinValue": "0"}', "observed")
def _():
    found = attribute("updated_at")
    if not found:
        return "is missing"
    return f"{found.get('AttributeDataType')} {said(found.get('NumberAttributeConstraints'))}"


@behaviour("the type of email_verified", "Boolean without bounds", "observed")
def _():
    found = attribute("email_verified")
    if not found:
        return "is missing"
    bounds = found.get("StringAttributeConstraints") or found.get("NumberAttributeConstraints")
    return f"{found.get('AttributeDataType')} {'with' if bounds else 'without'} bounds"


@behaviour("an attribute of one's own in Schema", "custom:tenant")
def _():
    return next((one["Name"] for one in ours().get("SchemaAttributes", []) if "tenant" in one["Name"]), "nothing")


@behaviour("an attribute of one's own without bounds", "StringAttributeConstraints {}", "observed")
def _():
    return f"StringAttributeConstraints {said((attribute('custom:tenant') or {}).get('StringAttributeConstraints'))}"


@behaviour("the lengths of an attribute of one's own", '{"MaxLength": "64", "MinLength": "1"}', "observed")
def _():
    return said((attribute("custom:plan") or {}).get("StringAttributeConstraints"))


@behaviour("an attribute for developers only", "begins with dev:")
def _():
    found = next((one["Name"] for one in ours().get("SchemaAttributes", []) if "staff" in one["Name"]), "nothing")
    return "begins with dev:" if found.startswith("dev:") else found


@behaviour("a standard attribute that Schema makes required", "one email, required")
def _():
    found = [one for one in ours().get("SchemaAttributes", []) if "email" in one["Name"].split(":")]
    required = all(one.get("Required") for one in found)
    return f"{'one email' if len(found) == 1 else f'{len(found)} of it'}, {'required' if required else 'optional'}"


@behaviour("AddCustomAttributes", "adds with custom:")
def _():
    code = added(other(), text("team"))
    return code or ("adds with custom:" if "custom:team" in names(other()) else "adds nothing")


@behaviour("an attribute that is there, added with another type", "stays as it is")
def _():
    id = other()
    ask("AddCustomAttributes", UserPoolId=id, CustomAttributes=[text("level")])
    added(id, {"Name": "level", "AttributeDataType": "Number", "Mutable": True})
    types = [one["AttributeDataType"] for one in described(id)["SchemaAttributes"] if one["Name"] == "custom:level"]
    return "stays as it is" if types == ["String"] else said(types)


@behaviour("custom attributes of a pool after 50 and one", "50 of them")
def _():
    id = pool()
    for start in (0, 25):
        code = added(id, *(text(f"a{number}") for number in range(start, start + 25)))
        if code:
            return code
    added(id, text("last"))
    return f"{sum(name.startswith('custom:') for name in names(id))} of them"


cases(
    "AddCustomAttributes",
    lambda: {"UserPoolId": other()},
    INVALID,
    {
        "an attribute of one's own that is required": {"CustomAttributes": [text("must", Required=True)]},
        "a name of 21 characters": {"CustomAttributes": [text("a" * 21)]},
    },
)
cases(
    "AddCustomAttributes",
    lambda: {"UserPoolId": other()},
    INVALID,
    {
        "no attribute to add": {"CustomAttributes": []},
        "26 attributes at once": {"CustomAttributes": [text(f"b{number}") for number in range(26)]},
        "a type that is none": {"CustomAttributes": [{"Name": "kind", "AttributeDataType": "Text"}]},
    },
    "model",
)


@behaviour("a name of 20 characters", "accepted")
def _():
    return added(other(), text("c" * 20)) or "accepted"


@behaviour("AddCustomAttributes in a pool that is not there", MISSING)
def _():
    return added("us-east-1_000000000", text("team")) or "accepted"


@behaviour("a Schema of 51 attributes", INVALID, "model")
def _():
    return does("CreateUserPool", PoolName="compared", Schema=[text(f"d{number}") for number in range(51)])


@behaviour("preferred_username required and an alias", INVALID)
def _():
    schema = [text("preferred_username", Required=True)]
    return does("CreateUserPool", PoolName="compared", Schema=schema, AliasAttributes=["preferred_username"])


@behaviour("the order of AliasAttributes", '["preferred_username", "email"]', "measured")
def _():
    return said(described(pool(AliasAttributes=["preferred_username", "email"])).get("AliasAttributes"))


@behaviour("an alias that is no attribute for it", INVALID, "model")
def _():
    return does("CreateUserPool", PoolName="compared", AliasAttributes=["nickname"])


@behaviour("a user name that can be a nickname", INVALID, "model")
def _():
    return does("CreateUserPool", PoolName="compared", UsernameAttributes=["nickname"])


@behaviour("UsernameConfiguration without CaseSensitive", INVALID, "model")
def _():
    return does("CreateUserPool", PoolName="compared", UsernameConfiguration={})
