"""New passwords: for who has forgotten the old one, and for who has not."""

from sqlalchemy import String, bindparam, text

from api.domain.accounts import codes, notes, sessions, throttling
from api.domain.accounts.codes import HOURS, Kept
from api.domain.accounts.commands import ChangePassword, RequestPasswordReset, ResetPassword
from api.domain.accounts.errors import InvalidCode
from api.domain.accounts.events import PasswordChanged
from api.domain.accounts.models import Purpose
from api.domain.accounts.reads import PASSWORD_OF, USER_OF_EMAIL, Notice
from api.domain.actors import Permission
from api.domain.errors import Conflict, Unauthenticated, ValidationFailed
from api.domain.fields import Id
from api.domain.letters import Letter, Occasion
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope
from api.domain.statements import Statement

_PURPOSE = Purpose.RESET_PASSWORD
_CHANGED = """
    UPDATE users SET password_hash = :better, version = version + 1, auth_version = auth_version + 1
"""


def _statement(where: str, *names: str) -> Statement:
    sql = f"{_CHANGED} WHERE {where} RETURNING encode(uuid_send(id), 'hex'), email, name"
    kinds = (bindparam(name, type_=String) for name in ("better", *names))
    return Statement(text(sql).bindparams(*kinds))


_FORGOTTEN = _statement("email = :email AND disabled_at IS NULL", "email")
_REPLACED = _statement("email = :email AND password_hash = :known", "email", "known")


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED, late=True)
async def request_password_reset(scope: Scope, command: RequestPasswordReset) -> Notice:
    """Have a link sent by which a new password is chosen. The answer and the work are the same for
    addresses without an account, which get a letter that says so.
    """
    email = command.email
    await throttling.count(scope, "reset", scope.surroundings.mailing, email)
    known = await scope.read(USER_OF_EMAIL, {"email": email})
    code = await codes.keep(scope, _PURPOSE, Kept(email))
    letter = Letter(Occasion.NO_ACCOUNT, email)
    if known and known[0]["disabled_at"] is None:
        words = {"name": known[0]["name"], "hours": str(HOURS[_PURPOSE])}
        letter = Letter(Occasion.RESET_PASSWORD, email, words, code)
    notes.write_to(scope, letter)
    notes.note(scope, "password reset asked for")
    return Notice("A letter is on its way to this address: it says how to go on.")


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED, late=True)
async def reset_password(scope: Scope, command: ResetPassword) -> Notice:
    """Choose a new password by the code of a letter, once; every session of before ends."""
    code = command.code.get_secret_value()
    await codes.find(scope, _PURPOSE, code)  # or anybody could have us hash
    await scope.let_go()
    better = await scope.surroundings.passwords.hashed(command.password.get_secret_value())
    kept = await codes.spend(scope, _PURPOSE, code)
    changed = await scope.write(_FORGOTTEN, {"email": kept.email, "better": better})
    if not changed:
        raise InvalidCode("The account of this code is not there, or disabled.")
    return await _told(scope, *changed[0])


@operation(Kind.COMMAND, Permission.PROFILE_WRITE, key=Key.REFUSED, late=True)
async def change_password(scope: Scope, command: ChangePassword) -> Notice:
    """Choose a new password, knowing the old one; every other session ends."""
    known = await scope.read(PASSWORD_OF, {"id": scope.actor.user_id})
    if not known:
        raise Unauthenticated("Nobody is signed in.")
    [(email, known_hash)] = known
    await scope.let_go()
    await throttling.count(scope, "sign-in", scope.surroundings.sign_in, email)
    passwords = scope.surroundings.passwords
    good, _ = await passwords.verified(command.password.get_secret_value(), known_hash)
    if not good:
        raise ValidationFailed.at(["password"], "wrong_password", "This is not your password.")
    better = await passwords.hashed(command.new_password.get_secret_value())
    changed = await scope.write(_REPLACED, {"email": email, "known": known_hash, "better": better})
    if not changed:
        raise Conflict("The password was changed meanwhile: sign in again.")
    await sessions.stay(scope)
    return await _told(scope, *changed[0])


async def _told(scope: Scope, user: str, email: str, name: str) -> Notice:
    """What every new password brings with it."""
    user_id = Id(f"user_{user}")
    await codes.forget(scope, email)
    scope.announce(PasswordChanged(user_id))
    notes.write_to(scope, Letter(Occasion.PASSWORD_CHANGED, email, {"name": name}))
    notes.note(scope, "password changed", user=user_id)
    return Notice("The password is changed.")
