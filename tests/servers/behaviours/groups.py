"""Groups of users."""

from .asking import INVALID, MISSING, ROLE, ask, behaviour, call, cases, does, pool, refuses, said, shared


@shared
def ours():
    id = pool()
    ask("CreateGroup", UserPoolId=id, GroupName="admins", Description="Admins", Precedence=0, RoleArn=ROLE)
    return id


def described(name="admins"):
    return ask("GetGroup", UserPoolId=ours(), GroupName=name)["Group"]


@behaviour("the highest precedence of a group", "0")
def _():
    return said(described().get("Precedence"))


@behaviour("the role of a group", "comes back as it was set")
def _():
    return "comes back as it was set" if described().get("RoleArn") == ROLE else "is lost"


@behaviour("a second group of one name", "GroupExistsException")
def _():
    return does("CreateGroup", UserPoolId=ours(), GroupName="admins")


@behaviour("UpdateGroup", "changes the description")
def _():
    ask("CreateGroup", UserPoolId=ours(), GroupName="staff", Description="Old")
    ask("UpdateGroup", UserPoolId=ours(), GroupName="staff", Description="New")
    return "changes the description" if described("staff").get("Description") == "New" else "changes nothing"


cases(
    "CreateGroup",
    lambda: {"UserPoolId": ours()},
    INVALID,
    {
        "a group name with a space": {"GroupName": "all admins"},
        "a group name of 129 characters": {"GroupName": "a" * 129},
        "a negative precedence": {"GroupName": "below", "Precedence": -1},
        "a role that is no ARN": {"GroupName": "roles", "RoleArn": "the role of administrators"},
        "a description of 2049 characters": {"GroupName": "long", "Description": "a" * 2049},
        "a group without a name": {},
    },
    "model",
)


@behaviour("a group that is not there", MISSING)
def _():
    return does("GetGroup", UserPoolId=ours(), GroupName="nobody")


@behaviour("an update of a group that is not there", MISSING)
def _():
    return does("UpdateGroup", UserPoolId=ours(), GroupName="nobody", Description="Nobody")


@behaviour("a group once it is deleted", MISSING)
def _():
    ask("CreateGroup", UserPoolId=ours(), GroupName="leaving")
    ask("DeleteGroup", UserPoolId=ours(), GroupName="leaving")
    return call("GetGroup", UserPoolId=ours(), GroupName="leaving").code() or "is still there"


@behaviour("UpdateGroup with a negative precedence", INVALID, "model")
def _():
    return does("UpdateGroup", UserPoolId=ours(), GroupName="admins", Precedence=-1)


@behaviour("a precedence beyond 2^31-1", "refused")
def _():
    return refuses("CreateGroup", UserPoolId=ours(), GroupName="far", Precedence=2**31)


@behaviour("two groups of one precedence", "are both there")
def _():
    for name in ("first", "second"):
        ask("CreateGroup", UserPoolId=ours(), GroupName=name, Precedence=7)
    found = [described(name).get("Precedence") for name in ("first", "second")]
    return "are both there" if found == [7, 7] else said(found)
