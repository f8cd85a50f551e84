"""A pool that is not there, for each sort of operation."""

from .asking import MISSING, NOWHERE, OAUTH, behaviour, call, pool, shared

GOOGLE = {"client_id": "1", "client_secret": "x", "authorize_scopes": "openid"}
OPERATIONS = {
    "DescribeUserPool": {},
    "UpdateUserPool": {},
    "DeleteUserPool": {},
    "GetUserPoolMfaConfig": {},
    "SetUserPoolMfaConfig": {"MfaConfiguration": "OFF"},
    "CreateUserPoolClient": {"ClientName": "web", "CallbackURLs": ["https://a.example/"], **OAUTH},
    "ListUserPoolClients": {"MaxResults": 1},
    "CreateIdentityProvider": {"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": GOOGLE},
    "ListIdentityProviders": {},
    "CreateResourceServer": {"Identifier": "api", "Name": "API"},
    "ListResourceServers": {"MaxResults": 1},
    "CreateGroup": {"GroupName": "admins"},
    "ListGroups": {},
    "GetUICustomization": {},
    "GetLogDeliveryConfiguration": {},
    "DescribeRiskConfiguration": {},
    "GetUserPoolSessionConfiguration": {},
    "ListTerms": {},
    "ListUserPoolReplicas": {},
}


@shared
def working():
    """A server that has pools at all."""
    return pool()


def missing(operation, input):
    @behaviour(f"{operation} of a pool that is not there", MISSING)
    def _():
        working()
        return call(operation, UserPoolId=NOWHERE, **input).code() or "accepted"


for operation, input in OPERATIONS.items():
    missing(operation, input)
