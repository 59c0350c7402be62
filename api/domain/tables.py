"""Every table of the domain, in one metadata: for migrations, which must miss none."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from api import domain
from api.domain.base import Base

for module in iter_modules(domain.__path__, f"{domain.__name__}."):
    name = f"{module.name}.models" if module.ispkg else module.name
    if find_spec(name) is not None:  # filters hold nothing
        import_module(name)

metadata = Base.metadata
