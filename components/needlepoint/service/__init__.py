"""The service layer, which the command line, the page and the REST service call."""

from needlepoint.errors import require_app

require_app()
