"""The store on an Elasticsearch server: settings, requests, bulk writing, search. Plain data in and out."""

from needlepoint.stores.elasticsearch.collection import ElasticCollection
from needlepoint.stores.elasticsearch.searching import ElasticIndex
from needlepoint.stores.elasticsearch.server import Server
from needlepoint.stores.elasticsearch.settings import ServerSettings

__all__ = ["ElasticCollection", "ElasticIndex", "Server", "ServerSettings"]
