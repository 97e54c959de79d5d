"""A Redis master, its replicas, and the sentinels that watch them, on loopback. An operation returns when its effect is
visible."""

from .redis_node import Access, RedisNode
from .waiting import until

# Sentinels find each other by messages that they publish every 2 s. They do so more often until they agree; afterwards
# they have the periods of a real installation again.
QUICK = ("INFO-PERIOD", 100, "PUBLISH-PERIOD", 100)
USUAL = ("INFO-PERIOD", 10000, "PUBLISH-PERIOD", 2000)


class RedisSentinels:
    def __init__(self, replicas=1, sentinels=3, down_after_ms=1000, name="mymaster", access=None, sentinel_access=None, kept=False):
        """`sentinel_access` has the user and the password of the sentinels, which must not contain spaces."""
        self.name, self.access = name, access or Access()
        self.master = RedisNode(access=self.access, kept=kept)
        self.nodes = [self.master]
        for _ in range(replicas):
            self.nodes.append(RedisNode(f"replicaof 127.0.0.1 {self.master.port}", access=self.access, kept=kept))
        for node in self.nodes[1:]:
            until(lambda node=node: node.info("master_link_status") == "up", "the replica is synchronized")
        own = sentinel_access or Access()
        lines = self._lines(sentinels, down_after_ms, own)
        own = Access(own.password, own.user, self.access.tls)
        self.sentinels = [RedisNode(*lines, access=own, is_sentinel=True) for _ in range(sentinels)]
        self._set_periods(*QUICK)
        self.wait_until_agreed()
        self._set_periods(*USUAL)

    def _lines(self, sentinels, down_after_ms, own):
        lines = [
            f"sentinel monitor {self.name} 127.0.0.1 {self.master.port} {sentinels // 2 + 1}",
            f"sentinel down-after-milliseconds {self.name} {down_after_ms}",
            # If the sentinels elect no leader, they try again after twice this time.
            f"sentinel failover-timeout {self.name} 3000",
        ]
        if self.access.password:
            lines.append(f'sentinel auth-pass {self.name} "{self.access.password}"')
        if self.access.user:
            lines.append(f"sentinel auth-user {self.name} {self.access.user}")
        if own.password:
            lines.append(f"sentinel sentinel-pass {own.password}")
        if own.user:
            lines.append(f"sentinel sentinel-user {own.user}")
        return lines

    def _set_periods(self, *periods):
        for sentinel in self.sentinels:
            sentinel.cli("SENTINEL", "DEBUG", *periods)

    def url(self):
        """With the credentials of Redis."""
        addresses = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"{self.access.scheme('sentinel')}://{self.access.credentials()}{addresses}/{self.name}"

    def kill(self):
        for node in [*self.sentinels, *self.nodes]:
            node.kill()

    def seen_by(self, sentinel):
        """SENTINEL MASTER as a dictionary."""
        words = iter(sentinel.cli("SENTINEL", "MASTER", self.name))
        return dict(zip(words, words))

    def wait_until_agreed(self):
        """Every sentinel that responds sees the master and knows all replicas and all sentinels."""

        def agrees(sentinel):
            seen = self.seen_by(sentinel)
            found = (seen["flags"], int(seen["num-slaves"]), int(seen["num-other-sentinels"]))
            return found == ("master", len(self.nodes) - 1, len(self.sentinels) - 1)

        until(lambda: all(agrees(one) for one in self.sentinels if one.responsive()), "the sentinels agree")

    def wait_for_new_master(self):
        """Waits until all sentinels that respond name another master than `master`, and it accepts the role. Returns it."""

        def new_master():
            ports = {int(self.seen_by(one)["port"]) for one in self.sentinels if one.responsive()}
            for node in self.nodes:
                if node is not self.master and ports == {node.port} and node.responsive() and node.info("role") == "master":
                    return node
            return None

        self.master = until(new_master, "the sentinels name a new master")
        return self.master
