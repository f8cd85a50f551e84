"""Tags of a pool, which are the same wherever they are asked for."""

from .asking import ACCOUNT, INVALID, MISSING, arn, ask, behaviour, cases, described, does, pool, said, shared

NOBODY = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_000000000"


@shared
def ours():
    """A pool whose tags nobody reads. A server that lists none is asked for no other pool."""
    of = arn(pool())
    listed(of)
    return of


def tagged(**tags):
    ours()
    id = pool(UserPoolTags=tags)
    return id, arn(id)


def listed(of):
    return ask("ListTagsForResource", ResourceArn=of).get("Tags", {})


def seen(id, of):
    """Tags as both views have them."""
    here, there = listed(of), described(id).get("UserPoolTags")
    return said(here) if here == there else f"{said(here)} in one, {said(there)} in the other"


@behaviour("tags of a new pool", '{"team": "one"}')
def _():
    return seen(*tagged(team="one"))


@behaviour("TagResource", '{"stage": "dev", "team": "one"}')
def _():
    id, of = tagged(team="one")
    ask("TagResource", ResourceArn=of, Tags={"stage": "dev"})
    return seen(id, of)


@behaviour("TagResource with a key that is there", '{"team": "two"}')
def _():
    id, of = tagged(team="one")
    ask("TagResource", ResourceArn=of, Tags={"team": "two"})
    return seen(id, of)


@behaviour("UntagResource", '{"team": "one"}')
def _():
    id, of = tagged(team="one", stage="dev")
    ask("UntagResource", ResourceArn=of, TagKeys=["stage"])
    return seen(id, of)


@behaviour("tags after an update with others", '{"team": "two"}')
def _():
    id, of = tagged(team="one", stage="dev")
    ask("UpdateUserPool", UserPoolId=id, UserPoolTags={"team": "two"})
    return seen(id, of)


cases("TagResource", lambda: {"ResourceArn": ours()}, INVALID, {"a reserved key": {"Tags": {"aws:x": "y"}}}, "reported")
cases(
    "TagResource",
    lambda: {"ResourceArn": ours()},
    INVALID,
    {
        "a key of 129 characters": {"Tags": {"a" * 129: "b"}},
        "a value of 257 characters": {"Tags": {"a": "b" * 257}},
        "an empty key": {"Tags": {"": "b"}},
        "no tags": {},
    },
    "model",
)


@behaviour("a value of 256 characters", "accepted", "model")
def _():
    return does("TagResource", ResourceArn=ours(), Tags={"a": "b" * 256})


@behaviour("tags of a pool that is not there", MISSING)
def _():
    return does("ListTagsForResource", ResourceArn=NOBODY)


@behaviour("tags of what is no ARN", INVALID, "model")
def _():
    return does("ListTagsForResource", ResourceArn="the pool of the customers")
