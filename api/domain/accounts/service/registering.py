"""Strangers who make themselves an account."""

from api.domain.accounts import codes, models, notes, throttling
from api.domain.accounts.codes import HOURS, Kept
from api.domain.accounts.commands import ConfirmEmail, Register
from api.domain.accounts.events import UserRegistered
from api.domain.accounts.models import Purpose
from api.domain.accounts.reads import USER_OF_EMAIL, Notice
from api.domain.actors import Permission, Role
from api.domain.customers.events import CustomerCreated
from api.domain.customers.models import Customer
from api.domain.letters import Letter, Occasion
from api.domain.operations import Key, Kind, operation
from api.domain.scope import Scope

_PURPOSE = Purpose.CONFIRM_EMAIL


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED, late=True)
async def register(scope: Scope, command: Register) -> Notice:
    """Ask for an account of the role CUSTOMER. The answer and the work are the same whether or not
    the address has one: the letter that is then sent tells its reader what to do.
    """
    email = command.email
    await throttling.count(scope, "register", scope.surroundings.mailing, email)
    password_hash = await scope.surroundings.passwords.hashed(command.password.get_secret_value())
    known = await scope.read(USER_OF_EMAIL, {"email": email})
    code = await codes.keep(scope, _PURPOSE, Kept(email, command.name, password_hash))
    letter = Letter(Occasion.CONFIRM_EMAIL, email, {"hours": str(HOURS[_PURPOSE])}, code)
    notes.write_to(scope, Letter(Occasion.ALREADY_REGISTERED, email) if known else letter)
    notes.note(scope, "registration asked for")
    return Notice("A letter is on its way to this address: it says how to go on.")


@operation(Kind.COMMAND, Permission.PUBLIC, key=Key.REFUSED)
async def confirm_email(scope: Scope, command: ConfirmEmail) -> Notice:
    """Make the account that was registered for: a user, and a customer of its own to order as."""
    kept = await codes.spend(scope, _PURPOSE, command.code.get_secret_value())
    name = kept.name or kept.email
    customer = Customer(name=name, email=kept.email)
    scope.session.add(customer)
    await scope.session.flush()
    user = models.User(
        email=kept.email,
        name=name,
        role=Role.CUSTOMER,
        customer_id=customer.id,
        password_hash=kept.password_hash,
    )
    scope.session.add(user)
    await scope.session.flush()
    scope.announce(CustomerCreated(customer.id))
    scope.announce(UserRegistered(user.id, customer.id))
    notes.write_to(scope, Letter(Occasion.WELCOME, kept.email, {"name": name}))
    notes.note(scope, "user registered", user=user.id)
    return Notice("The address is confirmed: you can sign in now.")
