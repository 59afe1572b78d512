"""The collection on an Elasticsearch server, as records in and out: what ``needlepoint.index`` is for the embedded store."""

from needlepoint.elastic.collection import ElasticCollection
from needlepoint.elastic.searching import ElasticIndex
from needlepoint.elastic.server import Server
from needlepoint.elastic.settings import ServerSettings

__all__ = ["ElasticCollection", "ElasticIndex", "Server", "ServerSettings"]
