"""API keys, as their owners keep them."""

from typing import cast

from api.domain.accounts import models, reads, tokens
from api.domain.accounts.commands import CreateApiKey
from api.domain.accounts.reads import ApiKey, CreatedApiKey
from api.domain.accounts.rights import refuse_beyond
from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.fields import ApiKeyId, Id
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope


@operation(Kind.QUERY, Permission.KEYS_MANAGE, listing=reads.API_KEYS)
async def list_api_keys(scope: Scope, which: Which, window: Window) -> Page[ApiKey]:
    """The caller's own keys, newest first unless asked otherwise."""
    rule = [reads.OWNED_BY(scope.actor.user_id)]
    return await reads.API_KEYS.page(scope, which, window, rule=rule)


@operation(Kind.COMMAND, Permission.KEYS_MANAGE, key=Key.REFUSED)
async def create_api_key(scope: Scope, command: CreateApiKey) -> CreatedApiKey:
    """Make a key that may do no more than the caller; the secret is in this answer and nowhere
    else.
    """
    refuse_beyond(scope, command.scopes)
    text = tokens.KeyText.new()
    row = models.ApiKey(
        user_id=cast("Id", scope.actor.user_id),
        name=command.name,
        prefix=text.prefix,
        secret_hash=text.secret_hash,
        scopes=sorted(set(command.scopes)),
        stored_documents_only=command.stored_documents_only or scope.actor.stored_documents_only,
        expires_at=command.expires_at,
    )
    scope.session.add(row)
    await scope.session.flush()
    return CreatedApiKey(await reads.api_key(scope, scope.actor.user_id, row.id), str(text))


@operation(Kind.COMMAND, Permission.KEYS_MANAGE)
async def revoke_api_key(scope: Scope, api_key_id: ApiKeyId) -> ApiKey:
    """Refuse one of the caller's keys, within STOCKROOM_CREDENTIAL_CACHE_SECONDS (5)."""
    await reads.api_key(scope, scope.actor.user_id, api_key_id)
    row = await scope.lock(models.ApiKey, api_key_id, "API key")
    if row.revoked_at is None:
        row.revoked_at = await scope.now()
    await scope.session.flush()
    return await reads.api_key(scope, scope.actor.user_id, api_key_id)
