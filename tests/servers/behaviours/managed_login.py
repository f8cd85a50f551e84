"""Styles of managed login."""

import base64

from .asking import INVALID, LIMIT, MISSING, ask, behaviour, call, cases, client, does, pool, refuses, said, shared

EXISTS = "ManagedLoginBrandingExistsException"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
LOGO = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PIXEL}
SETTINGS = {"categories": {"form": {"displayGraphics": True}}}
PROVIDED = {"UseCognitoProvidedValues": True}
STYLE = {"Settings": SETTINGS, "Assets": [LOGO]}


@shared
def ours():
    return pool()


def style(**more):
    """A style of a new client: the ids of both."""
    of = client(ours())
    answer = ask("CreateManagedLoginBranding", UserPoolId=ours(), ClientId=of, **more)
    return of, answer["ManagedLoginBranding"]["ManagedLoginBrandingId"]


def described(id):
    answer = ask("DescribeManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=id)
    return answer["ManagedLoginBranding"]


def updated(id, **more):
    ask("UpdateManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=id, **more)
    return described(id)


@behaviour("the settings of a style", "come back as they were set")
def _():
    found = described(style(**STYLE)[1]).get("Settings")
    return "come back as they were set" if found == SETTINGS else said(found)


@behaviour("the images of a style", "come back as they were set")
def _():
    found = described(style(**STYLE)[1]).get("Assets", [])
    same = [{key: one.get(key) for key in LOGO} for one in found] == [LOGO]
    return "come back as they were set" if same else "are lost"


@behaviour("a style with what Cognito provides", "says so")
def _():
    return "says so" if described(style(**PROVIDED)[1]).get("UseCognitoProvidedValues") is True else "says nothing"


@behaviour("the style of a client", "is found by the client")
def _():
    of, id = style(**PROVIDED)
    answer = ask("DescribeManagedLoginBrandingByClient", UserPoolId=ours(), ClientId=of)
    found = answer["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    return "is found by the client" if found == id else "is another one"


@behaviour("a second style of a client", EXISTS)
def _():
    of, _ = style(**PROVIDED)
    return does("CreateManagedLoginBranding", UserPoolId=ours(), ClientId=of, **PROVIDED)


@behaviour("an update with images only: the settings", "stay")
def _():
    found = updated(style(**STYLE)[1], Assets=[{**LOGO, "ColorMode": "DARK"}]).get("Settings")
    return "stay" if found == SETTINGS else "go"


@behaviour("an update with settings only: the images", "stay")
def _():
    found = updated(style(**STYLE)[1], Settings={"categories": {}}).get("Assets")
    return "stay" if found else "go"


@behaviour("an update to what Cognito provides: the settings", "go")
def _():
    id = style(**STYLE)[1]
    if described(id).get("Settings") != SETTINGS:
        return "never were there"
    return "stay" if updated(id, **PROVIDED).get("Settings") else "go"


cases(
    "CreateManagedLoginBranding",
    lambda: {"UserPoolId": ours(), "ClientId": client(ours())},
    INVALID,
    {
        "what Cognito provides beside settings": {**PROVIDED, "Settings": SETTINGS},
        "what Cognito provides beside images": {**PROVIDED, "Assets": [LOGO]},
    },
)
cases(
    "CreateManagedLoginBranding",
    lambda: {"UserPoolId": ours(), "ClientId": client(ours())},
    INVALID,
    {
        "an image for a use that is none": {"Assets": [{**LOGO, "Category": "WALLPAPER"}]},
        "an image in a colour mode that is none": {"Assets": [{**LOGO, "ColorMode": "SEPIA"}]},
        "an image of a sort that is none": {"Assets": [{**LOGO, "Extension": "BMP"}]},
        "41 images": {"Assets": [LOGO] * 41},
    },
    "model",
)


@behaviour("a style of more than 2 MB", "refused")
def _():
    large = base64.b64encode(bytes(2_100_000)).decode()
    images = {"Assets": [{**LOGO, "Bytes": large}]}
    return refuses("CreateManagedLoginBranding", UserPoolId=ours(), ClientId=client(ours()), **images)


@behaviour("a style in the tier LITE", "refused")
def _():
    id = pool(UserPoolTier="LITE")
    return refuses("CreateManagedLoginBranding", UserPoolId=id, ClientId=client(id), **PROVIDED)


@behaviour("a style of a client that is not there", MISSING)
def _():
    return does("CreateManagedLoginBranding", UserPoolId=ours(), ClientId="nobody", **PROVIDED)


@behaviour("a client without a style", MISSING)
def _():
    return does("DescribeManagedLoginBrandingByClient", UserPoolId=ours(), ClientId=client(ours()))


@behaviour("a style once it is deleted", "makes room for another")
def _():
    of, id = style(**PROVIDED)
    ask("DeleteManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=id)
    code = call("DescribeManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=id).code()
    if code != MISSING:
        return code or "is still there"
    ask("CreateManagedLoginBranding", UserPoolId=ours(), ClientId=of, **PROVIDED)
    return "makes room for another"


@behaviour("a 21st style of a pool", LIMIT)
def _():
    id = pool()
    for _ in range(20):
        ask("CreateManagedLoginBranding", UserPoolId=id, ClientId=client(id), **PROVIDED)
    return does("CreateManagedLoginBranding", UserPoolId=id, ClientId=client(id), **PROVIDED)


@behaviour("an update with an image for the same use and colour", "replaces the image")
def _():
    other = {**LOGO, "Extension": "SVG", "Bytes": base64.b64encode(b"<svg/>").decode()}
    found = updated(style(**STYLE)[1], Assets=[other]).get("Assets", [])
    return "replaces the image" if [one.get("Bytes") for one in found] == [other["Bytes"]] else f"{len(found)} images"


@behaviour("an update with an image in another colour: the images", "are both there")
def _():
    found = updated(style(**STYLE)[1], Assets=[{**LOGO, "ColorMode": "DARK"}]).get("Assets", [])
    colours = sorted(one.get("ColorMode") for one in found)
    return "are both there" if colours == ["DARK", "LIGHT"] else f"only {', '.join(colours)}"


@behaviour("a style that is not there", MISSING)
def _():
    absent = "00000000-0000-4000-8000-000000000000"
    return does("DescribeManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=absent)


@behaviour("a style whose id can be none", INVALID, "model")
def _():
    return does("DescribeManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId="nope")


@behaviour("an update to what Cognito provides beside settings", INVALID)
def _():
    id = style(**STYLE)[1]
    both = {**PROVIDED, "Settings": SETTINGS}
    return does("UpdateManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=id, **both)


@behaviour("an update with an image for a use that is none", INVALID, "model")
def _():
    id = style(**STYLE)[1]
    images = {"Assets": [{**LOGO, "Category": "WALLPAPER"}]}
    return does("UpdateManagedLoginBranding", UserPoolId=ours(), ManagedLoginBrandingId=id, **images)
