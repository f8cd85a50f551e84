"""The look of the classic login pages."""

import base64

from .asking import MISSING, ask, behaviour, client, does, name, pool, refuses, said, shared

CSS = ".logo-customizable { max-width: 60%; }"
OTHER = ".logo-customizable { max-width: 40%; }"
IMAGE = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def hosted():
    """A pool with a domain."""
    id = pool()
    ask("CreateUserPoolDomain", UserPoolId=id, Domain=name("pages"))
    return id


@shared
def ours():
    """A pool without a look. A server that knows of none is asked for no other pool."""
    id = hosted()
    look(id)
    return id


def another():
    ours()
    return hosted()


def look(id, **of):
    return ask("GetUICustomization", UserPoolId=id, **of)["UICustomization"]


@behaviour("the look of a pool without a domain", "refused", "reported")
def _():
    ours()
    return refuses("SetUICustomization", UserPoolId=pool(), CSS=CSS)


@behaviour("a look that nobody set", "{}")
def _():
    return said(look(ours()))


@behaviour("the style of a pool", "comes back with its version")
def _():
    id = another()
    ask("SetUICustomization", UserPoolId=id, ClientId="ALL", CSS=CSS)
    found = look(id)
    return (
        "comes back with its version" if found.get("CSS") == CSS and found.get("CSSVersion") else said(found.get("CSS"))
    )


@behaviour("a client without a look of its own", "has the pool's")
def _():
    id = another()
    ask("SetUICustomization", UserPoolId=id, CSS=CSS)
    return "has the pool's" if look(id, ClientId=client(id)).get("CSS") == CSS else "has none"


@behaviour("a client with a look of its own", "has it, and the pool keeps its own")
def _():
    id = another()
    of = client(id)
    ask("SetUICustomization", UserPoolId=id, CSS=CSS)
    ask("SetUICustomization", UserPoolId=id, ClientId=of, CSS=OTHER)
    both = (look(id, ClientId=of).get("CSS"), look(id).get("CSS"))
    return "has it, and the pool keeps its own" if both == (OTHER, CSS) else said(both)


@behaviour("the image of a pool", "is behind a URL")
def _():
    id = another()
    ask("SetUICustomization", UserPoolId=id, ImageFile=IMAGE)
    found = look(id)
    return "is behind a URL" if str(found.get("ImageUrl")).startswith("http") and "ImageFile" not in found else "is not"


@behaviour("an image of more than 135 KB", "refused")
def _():
    return refuses("SetUICustomization", UserPoolId=another(), ImageFile=base64.b64encode(bytes(140_000)).decode())


@behaviour("the look of a client that is not there", MISSING)
def _():
    return does("SetUICustomization", UserPoolId=ours(), ClientId="nobody", CSS=CSS)
