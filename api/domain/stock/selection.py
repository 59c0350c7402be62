"""The filters of stock as SQL."""

from api.domain.conditions import Flag, before, conditions, equals, one_of, since
from api.domain.stock.models import Posting as P
from api.domain.stock.models import StockLevel as S
from api.domain.stock.models import StockMovement as M

WHICH_PAST_LEVELS = conditions(
    one_of("item_id", S.item_id),
    one_of("location_id", S.location_id),
)
WHICH_LEVELS = {**WHICH_PAST_LEVELS, **conditions(Flag("is_available", S.available > 0))}
WHICH_MOVEMENTS = conditions(
    one_of("level_id", M.level_id),
    one_of("item_id", S.item_id),
    one_of("location_id", S.location_id),
    one_of("kind", P.kind),
    since("recorded_from", M.recorded_at),
    before("recorded_before", M.recorded_at),
)
WHICH_POSTINGS = conditions(
    one_of("kind", P.kind),
    equals("reference_type", P.reference_type),
    equals("reference_id", P.reference_id),
    since("recorded_from", P.recorded_at),
    before("recorded_before", P.recorded_at),
)
