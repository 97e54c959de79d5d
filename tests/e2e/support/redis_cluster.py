"""A Redis Cluster on loopback, whose nodes can be killed, frozen, promoted, cut off, added and removed, and whose slots can
be moved. An operation returns when its effect is visible."""

import binascii
import functools

import redis

from .redis_node import Access, RedisNode
from .waiting import until

SLOTS = 16384
KEYS_AT_ONCE = 100


def slot_of(key):
    """CRC-16/XMODEM of the part between the first { and the next }, if that part is not empty."""
    data = key.encode()
    head, _, rest = data.partition(b"{")
    tag, closed, _ = rest.partition(b"}")
    return binascii.crc_hqx(tag if len(head) < len(data) and closed and tag else data, 0) % SLOTS


class View:
    """One line of CLUSTER NODES."""

    def __init__(self, line):
        self.id, address, flags, master, _, _, epoch, link, *slots = line.split()
        self.port = int(address.partition("@")[0].rpartition(":")[2])
        self.flags = set(flags.split(","))
        self.master = None if master == "-" else master
        self.epoch = int(epoch)
        self.linked = link == "connected"
        ranges = [one.partition("-") for one in slots if not one.startswith("[")]
        self.slots = [(int(first), int(last or first)) for first, _, last in ranges]

    def healthy(self):
        return self.linked and not self.flags & {"fail", "fail?", "handshake"}

    def serves(self, slot):
        return any(first <= slot <= last for first, last in self.slots)


class RedisCluster:
    def __init__(self, masters=3, replicas=1, node_timeout_ms=2000, full_coverage=False, access=None, kept=False, lines=()):
        self.masters, self.replicas = masters, replicas
        self.access = access or Access()
        configuration = [
            "cluster-enabled yes",
            "cluster-port {bus_port}",
            f"cluster-node-timeout {node_timeout_ms}",
            f"cluster-require-full-coverage {'yes' if full_coverage else 'no'}",
            "cluster-allow-replica-migration no",
            *(["tls-cluster yes"] if self.access.tls else []),
            *lines,
        ]
        self._start_node = functools.partial(RedisNode, *configuration, access=self.access, kept=kept)
        # First the nodes that began as masters, then their replicas, then the added ones.
        self.nodes = []
        for _ in range(masters * (1 + replicas)):
            self._spawn()
        self._join()
        self._assign_roles()
        self.wait_until_ok()

    def _spawn(self):
        node = self._start_node()
        self.nodes.append(node)
        node.cli("CLUSTER", "SET-CONFIG-EPOCH", len(self.nodes))
        return node

    def _join(self):
        """Every node meets all later ones, because gossip alone takes seconds."""
        for number in range(self.masters):
            first, after = SLOTS * number // self.masters, SLOTS * (number + 1) // self.masters
            self.nodes[number].cli("CLUSTER", "ADDSLOTSRANGE", first, after - 1)
        for number, node in enumerate(self.nodes):
            for other in self.nodes[number + 1 :]:
                node.cli("CLUSTER", "MEET", "127.0.0.1", other.port, other.bus_port)

    def _assign_roles(self):
        for number, replica in enumerate(self.nodes[self.masters :]):
            master = self.id_of(self.nodes[number // self.replicas])
            until(lambda replica=replica, master=master: _accepted(replica, "CLUSTER", "REPLICATE", master), "a replica knows its master")

    def url(self):
        addresses = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"{self.access.scheme('cluster')}://{self.access.credentials()}{addresses}"

    def kill(self):
        for node in self.nodes:
            node.kill()

    def responsive(self):
        return [node for node in self.nodes if node.responsive()]

    def views(self, node):
        """What the node knows, by port."""
        views = [View(line) for line in node.cli("CLUSTER", "NODES").splitlines()]
        return {view.port: view for view in views}

    def id_of(self, node):
        return node.cli("CLUSTER", "MYID")

    def master_of_slot(self, slot):
        """A master that was replaced while it was frozen has the lower epoch."""
        owners = []
        for node in self.responsive():
            view = self.views(node).get(node.port)
            if view and "master" in view.flags and view.serves(slot):
                owners.append((view.epoch, node))
        assert owners, f"no node serves slot {slot}"
        return max(owners, key=lambda owner: owner[0])[1]

    def master_of(self, user):
        return self.master_of_slot(slot_of(f"{{{user}}}"))

    def replicas_of(self, master):
        views = self.views(master if master.responsive() else self.responsive()[0])
        own = views[master.port].id
        return [node for node in self.nodes if node.port in views and views[node.port].master == own]

    def open_slot(self, slot, source, target):
        """Begins to move a slot: it stays MIGRATING and IMPORTING until close_slot() completes the move."""
        target.cli("CLUSTER", "SETSLOT", slot, "IMPORTING", self.id_of(source))
        source.cli("CLUSTER", "SETSLOT", slot, "MIGRATING", self.id_of(target))

    def close_slot(self, slot, source, target):
        self._move_keys(slot, source, target)
        owner = self.id_of(target)
        for node in (target, source):
            node.cli("CLUSTER", "SETSLOT", slot, "NODE", owner)
        for node in self.responsive():
            if node not in (source, target):
                _accepted(node, "CLUSTER", "SETSLOT", slot, "NODE", owner)  # replicas refuse it

    def move_slots(self, source, target, first, last):
        """Moves slots with their keys, one after the other, as `redis-cli --cluster reshard` does."""
        for slot in range(first, last + 1):
            self.open_slot(slot, source, target)
            self.close_slot(slot, source, target)

    def _move_keys(self, slot, source, target):
        password = ["AUTH", self.access.password] if self.access.password else []
        if self.access.user:
            password = ["AUTH2", self.access.user, self.access.password]
        while keys := source.cli("CLUSTER", "GETKEYSINSLOT", slot, KEYS_AT_ONCE):
            source.cli("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, *password, "KEYS", *keys)

    def failover(self, replica):
        """Promotes a replica without loss."""
        replica.cli("CLUSTER", "FAILOVER")
        until(lambda: replica.info("role") == "master", "the replica is promoted")

    def cut_replication(self, master):
        """Freezes the replicas and ends their connections: they miss all later writes until thaw(). Returns them."""
        replicas = [node for node in self.replicas_of(master) if node.responsive()]
        for node in replicas:
            node.freeze()
        master.cli("CLIENT", "KILL", "TYPE", "replica")
        return replicas

    def add_master(self):
        """Without slots."""
        others = self.responsive()
        added = self._spawn()
        for node in others:
            node.cli("CLUSTER", "MEET", "127.0.0.1", added.port, added.bus_port)
        self.wait_until_ok()
        return added

    def remove(self, node):
        """Kills a node without slots; the others forget it."""
        own = self.id_of(node)
        node.kill()
        self.nodes.remove(node)
        for other in self.responsive():
            other.cli("CLUSTER", "FORGET", own)
        self.wait_until_ok()

    def wait_until_ok(self, patience=30):
        """All slots are served, and all nodes that respond agree on each other and are synchronized."""
        until(self._agreed, "all nodes of the cluster agree", patience)

    def _agreed(self):
        nodes, shapes = self.responsive(), set()
        for node in nodes:
            state = node.cli("CLUSTER", "INFO")
            if "cluster_state:ok" not in state or f"cluster_slots_ok:{SLOTS}" not in state:
                return False
            views = self.views(node)
            if any(one.port not in views or not views[one.port].healthy() for one in nodes):
                return False
            seen = [views[one.port] for one in nodes]
            shapes.add(str([(view.port, view.master, view.slots) for view in seen]))
            if node.info("role") == "slave" and node.info("master_link_status") != "up":
                return False
        return len(shapes) == 1


def _accepted(node, *words):
    try:
        node.cli(*words)
        return True
    except redis.exceptions.ResponseError:
        return False
