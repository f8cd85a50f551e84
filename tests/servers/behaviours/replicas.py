"""Replicas of a pool in other Regions."""

import json

from .asking import INVALID, KEY, MISSING, ask, behaviour, does, pool, refuses, said, shared

OWN_KEY = {"KeyConfiguration": {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY}}


def replicated(status=None, **more):
    """A pool with a replica in another Region."""
    id = pool(**OWN_KEY)
    ask("CreateUserPoolReplica", UserPoolId=id, RegionName="us-west-2", **more)
    if status:
        ask("UpdateUserPoolReplica", UserPoolId=id, RegionName="us-west-2", Status=status)
    return id


@shared
def ours():
    return replicated(UserPoolTags={"team": "one"})


def another(status=None):
    """One more, from a server that makes replicas at all."""
    ours()
    return replicated(status)


def listed(id):
    return ask("ListUserPoolReplicas", UserPoolId=id)["UserPoolReplicas"]


@behaviour("a replica of a pool with AWS's key", "refused")
def _():
    ours()
    return refuses("CreateUserPoolReplica", UserPoolId=pool(), RegionName="us-west-2")


@behaviour("the replicas of a pool", "us-east-1 PRIMARY, us-west-2 SECONDARY")
def _():
    return ", ".join(sorted(f"{one['RegionName']} {one['Role']}" for one in listed(ours())))


@behaviour("a replica once it is made", "is inactive")
def _():
    status = next(one["Status"] for one in listed(ours()) if one["Role"] == "SECONDARY")
    return f"is {status.lower()}"


@behaviour("the ARN of a replica", "is in its own Region")
def _():
    found = next(one["UserPoolArn"] for one in listed(ours()) if one["Role"] == "SECONDARY")
    return "is in its own Region" if found.startswith("arn:aws:cognito-idp:us-west-2:") else "is in another Region"


@behaviour("the tags of a replica", "are in no answer")
def _():
    return "are in no answer" if "team" not in json.dumps(listed(ours())) else "are answered"


@behaviour("UpdateUserPoolReplica", "makes it active")
def _():
    status = next(one["Status"] for one in listed(another("ACTIVE")) if one["Role"] == "SECONDARY")
    return "makes it active" if status == "ACTIVE" else said(status)


@behaviour("a state that nobody can ask for", INVALID, "model")
def _():
    return does("UpdateUserPoolReplica", UserPoolId=ours(), RegionName="us-west-2", Status="DELETING")


@behaviour("a replica that is not there", MISSING)
def _():
    return does("UpdateUserPoolReplica", UserPoolId=ours(), RegionName="eu-west-1", Status="ACTIVE")


@behaviour("deleting an active replica", "refused")
def _():
    return refuses("DeleteUserPoolReplica", UserPoolId=another("ACTIVE"), RegionName="us-west-2")


@behaviour("deleting an inactive replica", "leaves the primary")
def _():
    id = another()
    ask("DeleteUserPoolReplica", UserPoolId=id, RegionName="us-west-2")
    left = [one["Role"] for one in listed(id)]
    return "leaves the primary" if left == ["PRIMARY"] else said(left)


@behaviour("a pool with a replica, in a list", "names the replica's Region")
def _():
    id, token = ours(), None
    while True:
        answer = ask("ListUserPools", MaxResults=60, **({"NextToken": token} if token else {}))
        found = next((one for one in answer["UserPools"] if one["Id"] == id), None)
        token = answer.get("NextToken")
        if found or not token:
            break
    regions = (found or {}).get("ReplicaRegions", [])
    return "names the replica's Region" if "us-west-2" in regions else "names none"
