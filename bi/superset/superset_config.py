"""A Superset of one machine that calls nobody; `export SUPERSET_CONFIG_PATH=…/superset_config.py`.

The secret and the place of Superset's own database come from the environment, so that this file
holds nothing to hide. A Superset for many people has a configuration of its own; this is a start.
"""

import os
from pathlib import Path

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ.get(
    "SUPERSET_DATABASE", f"sqlite:///{Path('~/.superset/superset.db').expanduser()}"
)
