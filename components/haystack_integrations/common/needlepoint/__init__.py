"""What every part of the adapter needs: the right Haystack, and none of its telemetry."""

from haystack_integrations.common.needlepoint.environment import prepare

prepare()
