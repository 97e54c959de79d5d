#pragma once
// The scripts for the list of processes. Each is sent as a whole: they run every two seconds at
// most, or for a request of an operator.

namespace hermod {

// Reports a process, and reads the list. KEYS: members, reports. ARGV: the id of the process, its
// report, the time in ms without a report after which a process is dead, and that after which no
// process can have reported: then none is dead. Reply: the time in ms, 1 =
// the process was not in the list, the ids of the dead processes that this call removed, the ids of
// the others with the times of their reports, their ids with their reports.
extern const char kFleetReportScript[];

// Removes a process. KEYS: members, reports. ARGV: the id of the process.
extern const char kFleetLeaveScript[];

// Stores the id of a token. KEYS: revoked. ARGV: the id, for how many seconds it is stored at
// least. Reply: the second of its end, since 1970.
extern const char kFleetRevokeScript[];

// Publishes a message with the time in front of it. KEYS: members. ARGV: the channel, the text, the
// time as above. Reply: the ids of the processes that are alive.
extern const char kFleetSendScript[];

}  // namespace hermod
