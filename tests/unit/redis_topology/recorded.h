#pragma once
// Replies that Redis 7.0.15 sent: three masters and three replicas on ports 7801 to 7806, and three
// sentinels. In replies of several lines, "|" is the end of a line.

#include <string>

namespace hermod::test {

inline constexpr char kInfoBefore[] =
    "cluster_state:ok\r\n"
    "cluster_slots_assigned:16384\r\n"
    "cluster_slots_ok:16384\r\n"
    "cluster_slots_pfail:0\r\n"
    "cluster_slots_fail:0\r\n"
    "cluster_known_nodes:6\r\n"
    "cluster_size:3\r\n"
    "cluster_current_epoch:7\r\n";

inline constexpr char kNodesBefore[] =
    "d8a1aeb7f7d63f762ad9428ddde7dc7cedb7ddf1 127.0.0.1:7802@8802 slave 7431aadc75fb5bbf503bd08"
    "ac219ec8e0a3d105f 0 1796026166991 7 connected\n"
    "14b67dce71c3f85be51315bd764c4ded42a4628d 127.0.0.1:7804@8804 slave 5a035cdd33dffd1e2b2dab1"
    "4b51eb7bcebfd67b7 0 1796026167000 1 connected\n"
    "9b70740731b129cbb7be5e6345c037c1abe8ba7f 127.0.0.1:7806@8806 slave 52a8bf12923a498753a7a0d"
    "84d1d4df3907c18e1 0 1796026167092 3 connected\n"
    "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f 127.0.0.1:7805@8805 master - 0 1796026167193 7 co"
    "nnected 5461-10922\n"
    "52a8bf12923a498753a7a0d84d1d4df3907c18e1 127.0.0.1:7803@8803 master - 0 1796026167193 3 co"
    "nnected 10923-16383\n"
    "5a035cdd33dffd1e2b2dab14b51eb7bcebfd67b7 127.0.0.1:7801@8801,node1.example myself,master -"
    " 0 1796026167000 1 connected 0-5460\n";

inline constexpr char kSlotsBefore[] =
    "*3|*4|:0|:5460|*4|$9|127.0.0.1|:7801|$40|5a035cdd33dffd1e2b2dab14b51eb7bcebfd67b7|*2|$8|"
    "hostname|$13|node1.example|*4|$9|127.0.0.1|:7804|$40|"
    "14b67dce71c3f85be51315bd764c4ded42a4628d|*0|*3|:5461|:10922|*4|$9|127.0.0.1|:7805|$40|"
    "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f|*0|*4|:10923|:16383|*4|$9|127.0.0.1|:7803|$40|"
    "52a8bf12923a498753a7a0d84d1d4df3907c18e1|*0|*4|$9|127.0.0.1|:7806|$40|"
    "9b70740731b129cbb7be5e6345c037c1abe8ba7f|*0|";

inline constexpr char kInfoAfter[] =
    "cluster_state:ok\r\n"
    "cluster_slots_assigned:16384\r\n"
    "cluster_slots_ok:16384\r\n"
    "cluster_slots_pfail:0\r\n"
    "cluster_slots_fail:0\r\n"
    "cluster_known_nodes:6\r\n"
    "cluster_size:3\r\n"
    "cluster_current_epoch:8\r\n";

inline constexpr char kNodesAfter[] =
    "d8a1aeb7f7d63f762ad9428ddde7dc7cedb7ddf1 127.0.0.1:7802@8802 slave 7431aadc75fb5bbf503bd08"
    "ac219ec8e0a3d105f 0 1796026172039 7 connected\n"
    "14b67dce71c3f85be51315bd764c4ded42a4628d 127.0.0.1:7804@8804 slave 5a035cdd33dffd1e2b2dab1"
    "4b51eb7bcebfd67b7 0 1796026172140 1 connected\n"
    "9b70740731b129cbb7be5e6345c037c1abe8ba7f 127.0.0.1:7806@8806 master - 0 1796026172039 8 co"
    "nnected 10923-16383\n"
    "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f 127.0.0.1:7805@8805 master - 0 1796026172039 7 co"
    "nnected 5461-10922\n"
    "52a8bf12923a498753a7a0d84d1d4df3907c18e1 127.0.0.1:7803@8803 master,fail - 1796026168199 1"
    "796026167193 3 connected\n"
    "5a035cdd33dffd1e2b2dab14b51eb7bcebfd67b7 127.0.0.1:7801@8801,node1.example myself,master -"
    " 0 1796026171000 1 connected 0-5460\n";

inline constexpr char kSlotsAfter[] =
    "*3|*4|:0|:5460|*4|$9|127.0.0.1|:7801|$40|5a035cdd33dffd1e2b2dab14b51eb7bcebfd67b7|*2|$8|"
    "hostname|$13|node1.example|*4|$9|127.0.0.1|:7804|$40|"
    "14b67dce71c3f85be51315bd764c4ded42a4628d|*0|*4|:5461|:10922|*4|$9|127.0.0.1|:7805|$40|"
    "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f|*0|*4|$9|127.0.0.1|:7802|$40|"
    "d8a1aeb7f7d63f762ad9428ddde7dc7cedb7ddf1|*0|*3|:10923|:16383|*4|$9|127.0.0.1|:7806|$40|"
    "9b70740731b129cbb7be5e6345c037c1abe8ba7f|*0|";

inline constexpr char kNodesKilled[] =
    "d8a1aeb7f7d63f762ad9428ddde7dc7cedb7ddf1 127.0.0.1:7802@8802 master,fail - 1796025661472 1"
    "796025660452 2 disconnected\n"
    "14b67dce71c3f85be51315bd764c4ded42a4628d 127.0.0.1:7804@8804 slave 5a035cdd33dffd1e2b2dab1"
    "4b51eb7bcebfd67b7 0 1796026163333 1 connected\n"
    "9b70740731b129cbb7be5e6345c037c1abe8ba7f 127.0.0.1:7806@8806 slave 52a8bf12923a498753a7a0d"
    "84d1d4df3907c18e1 0 1796026163000 3 connected\n"
    "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f 127.0.0.1:7805@8805 master - 0 1796026163129 7 co"
    "nnected 5461-10922\n"
    "52a8bf12923a498753a7a0d84d1d4df3907c18e1 127.0.0.1:7803@8803 master - 0 1796026163129 3 co"
    "nnected 10923-16383\n"
    "5a035cdd33dffd1e2b2dab14b51eb7bcebfd67b7 127.0.0.1:7801@8801,node1.example myself,master -"
    " 0 1796026162000 1 connected 0-5460\n";

inline constexpr char kSlotsKilled[] =
    "*3|*4|:0|:5460|*4|$9|127.0.0.1|:7801|$40|5a035cdd33dffd1e2b2dab14b51eb7bcebfd67b7|*2|$8|"
    "hostname|$13|node1.example|*4|$9|127.0.0.1|:7804|$40|"
    "14b67dce71c3f85be51315bd764c4ded42a4628d|*0|*3|:5461|:10922|*4|$9|127.0.0.1|:7805|$40|"
    "7431aadc75fb5bbf503bd08ac219ec8e0a3d105f|*0|*4|:10923|:16383|*4|$9|127.0.0.1|:7803|$40|"
    "52a8bf12923a498753a7a0d84d1d4df3907c18e1|*0|*4|$9|127.0.0.1|:7806|$40|"
    "9b70740731b129cbb7be5e6345c037c1abe8ba7f|*0|";

inline constexpr char kSentinelMaster[] =
    "*40|$4|name|$8|mymaster|$2|ip|$9|127.0.0.1|$4|port|$4|7812|$5|runid|$40|"
    "0a435e65ddb8c8139ada34427e62405b0763eeb4|$5|flags|$6|master|$21|link-pending-commands|$1|"
    "0|$13|link-refcount|$1|1|$14|last-ping-sent|$1|0|$18|last-ok-ping-reply|$1|2|$15|"
    "last-ping-reply|$1|2|$23|down-after-milliseconds|$4|2000|$12|info-refresh|$4|2217|$13|"
    "role-reported|$6|master|$18|role-reported-time|$5|46404|$12|config-epoch|$1|1|$10|"
    "num-slaves|$1|1|$19|num-other-sentinels|$1|2|$6|quorum|$1|2|$16|failover-timeout|$5|10000|"
    "$14|parallel-syncs|$1|1|";

inline constexpr char kSentinelReplicas[] =
    "*1|*42|$4|name|$14|127.0.0.1:7811|$2|ip|$9|127.0.0.1|$4|port|$4|7811|$5|runid|$40|"
    "55d872d00bbf6548ee2a45ac1fb91e07f293499e|$5|flags|$5|slave|$21|link-pending-commands|$1|0|"
    "$13|link-refcount|$1|1|$14|last-ping-sent|$1|0|$18|last-ok-ping-reply|$3|867|$15|"
    "last-ping-reply|$3|867|$23|down-after-milliseconds|$4|2000|$12|info-refresh|$4|7724|$13|"
    "role-reported|$5|slave|$18|role-reported-time|$5|33139|$21|master-link-down-time|$1|0|$18|"
    "master-link-status|$2|ok|$11|master-host|$9|127.0.0.1|$11|master-port|$4|7812|$14|"
    "slave-priority|$3|100|$17|slave-repl-offset|$6|147898|$17|replica-announced|$1|1|";

inline constexpr char kSentinelPeers[] =
    "*2|*28|$4|name|$40|cf775a7200451080502dc6e01f5bad3fcba7afdf|$2|ip|$9|127.0.0.1|$4|port|$4|"
    "7823|$5|runid|$40|cf775a7200451080502dc6e01f5bad3fcba7afdf|$5|flags|$8|sentinel|$21|"
    "link-pending-commands|$1|0|$13|link-refcount|$1|1|$14|last-ping-sent|$1|0|$18|"
    "last-ok-ping-reply|$3|160|$15|last-ping-reply|$3|160|$23|down-after-milliseconds|$4|2000|"
    "$18|last-hello-message|$3|131|$12|voted-leader|$1|?|$18|voted-leader-epoch|$1|1|*28|$4|"
    "name|$40|432dda0ed8e7abed9bc7136bad23e0b2e8851f47|$2|ip|$9|127.0.0.1|$4|port|$4|7822|$5|"
    "runid|$40|432dda0ed8e7abed9bc7136bad23e0b2e8851f47|$5|flags|$8|sentinel|$21|"
    "link-pending-commands|$1|0|$13|link-refcount|$1|1|$14|last-ping-sent|$1|0|$18|"
    "last-ok-ping-reply|$3|160|$15|last-ping-reply|$3|160|$23|down-after-milliseconds|$4|2000|"
    "$18|last-hello-message|$2|45|$12|voted-leader|$1|?|$18|voted-leader-epoch|$1|1|";

inline constexpr char kSentinelMasters[] =
    "*1|*40|$4|name|$8|mymaster|$2|ip|$9|127.0.0.1|$4|port|$4|7812|$5|runid|$40|"
    "0a435e65ddb8c8139ada34427e62405b0763eeb4|$5|flags|$6|master|$21|link-pending-commands|$1|"
    "0|$13|link-refcount|$1|1|$14|last-ping-sent|$1|0|$18|last-ok-ping-reply|$3|916|$15|"
    "last-ping-reply|$3|916|$23|down-after-milliseconds|$4|2000|$12|info-refresh|$4|3131|$13|"
    "role-reported|$6|master|$18|role-reported-time|$5|47318|$12|config-epoch|$1|1|$10|"
    "num-slaves|$1|1|$19|num-other-sentinels|$1|2|$6|quorum|$1|2|$16|failover-timeout|$5|10000|"
    "$14|parallel-syncs|$1|1|";

inline constexpr char kRoleOfMaster[] =
    "*3|$6|master|:149614|*1|*3|$9|127.0.0.1|$4|7811|$6|149614|";

inline constexpr char kRoleOfReplica[] = "*5|$5|slave|$9|127.0.0.1|:7812|$9|connected|:149628|";

inline constexpr char kRoleOfSentinel[] = "*2|$8|sentinel|*1|$8|mymaster|";

// The bytes of a recorded reply.
inline std::string bytes_of(const char* recorded) {
  std::string bytes;
  for (const char* c = recorded; *c != '\0'; ++c) {
    if (*c == '|')
      bytes += "\r\n";
    else
      bytes += *c;
  }
  return bytes;
}

}  // namespace hermod::test
