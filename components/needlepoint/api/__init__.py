"""The REST service: Haystack 1.26's contract and Needlepoint's own routes, over :class:`needlepoint.service.facade.Service`."""

from needlepoint.errors import require_app

require_app()
