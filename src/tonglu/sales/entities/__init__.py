"""What sales shows and offers, one file per subject."""

from .opportunities import OPPORTUNITY
from .setup import COMPETITOR, PIPELINE, STAGE, TARGET, WIN_LOSS_REASON

ENTITIES = (OPPORTUNITY, PIPELINE, STAGE, COMPETITOR, WIN_LOSS_REASON, TARGET)
