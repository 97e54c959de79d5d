// KafkaSource as a member of a group: rebalances, back-pressure, commits, topics that are created
// later.

#include "source_fixture.h"

namespace hermod {
namespace {

using Next = SourceListener::Next;

class SourceGroup : public test::SourceTest {
 protected:
  // Number of partitions that are assigned to a reader.
  static size_t assigned(const Reader& reader) { return reader.source->status().lag.size(); }
};

TEST_F(SourceGroup, ReadsWhatWasThereAndWhatComes) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 3));
  publish(shared_server(), topic_, "before");
  auto reader = make_reader(options());
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 1; });
  EXPECT_TRUE(reader->spy.up());
  publish(shared_server(), topic_, "after");
  run_until([&] { return reader->spy.records.size() == 2; });
  EXPECT_EQ(reader->spy.distinct(), (std::set<std::string>{"before", "after"}));
  end(*reader);
}

TEST_F(SourceGroup, CloseCommitsWhatIsDoneAndLeavesTheGroup) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  for (const char* value : {"a", "b", "c"}) publish(shared_server(), topic_, value);
  auto reader = make_reader(options());
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 3; });
  reader->source->done(reader->spy.records[0].position);
  reader->source->done(reader->spy.records[2].position);
  end(*reader, 0);
  EXPECT_EQ(reader->spy.revoked.size(), 1u);

  auto next = make_reader(options());
  settle_all(*next);
  start(*next);
  // Immediately, because the group does not wait for a member that has left.
  run_until([&] { return next->spy.records.size() == 2; }, std::chrono::seconds(5));
  EXPECT_EQ(next->spy.values(), (std::vector<std::string>{"b", "c"}));
  end(*next);
}

TEST_F(SourceGroup, AStoppedMemberDoesNotHoldUpItsGroup) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 4));
  for (int i = 0; i < 40; ++i) {
    publish(shared_server(), topic_, std::to_string(i), std::to_string(i));
  }
  auto first = make_reader(options());
  first->spy.on_record_do = [](const Record&) { return Next::kStop; };
  start(*first);
  run_until([&] { return first->spy.records.size() == 1 && assigned(*first) == 4; });

  auto second = make_reader(options());
  settle_all(*second);
  start(*second);
  run_until([&] { return assigned(*first) == 2 && assigned(*second) == 2; },
            std::chrono::seconds(10));
  EXPECT_EQ(first->spy.records.size(), 1u);
  EXPECT_GE(first->spy.revoked.size(), 4u);

  // The record that the first reader had open belongs to an older epoch now. After resume() the
  // reader continues without a gap.
  first->source->done(first->spy.records[0].position);
  settle_all(*first);
  first->source->resume();
  run_until([&] {
    auto seen = second->spy.distinct();
    seen.merge(first->spy.distinct());
    return seen.size() == 40;
  });
  end(*first);
  run_until([&] { return assigned(*second) == 4; }, std::chrono::seconds(10));
  end(*second);
}

TEST_F(SourceGroup, WhatIsOpenAtARevokeComesAgainAndIsSettledQuietly) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 2));
  for (int i = 0; i < 20; ++i) {
    publish(shared_server(), topic_, std::to_string(i), std::to_string(i));
  }
  auto first = make_reader(options());
  start(*first);
  run_until([&] { return first->spy.records.size() == 20; });
  const auto before = first->spy.records;

  auto second = make_reader(options());
  start(*second);
  run_until([&] { return assigned(*first) == 1 && assigned(*second) == 1; },
            std::chrono::seconds(10));
  EXPECT_GE(first->source->status().open, 20u);
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(first->spy.views[i].value, *before[i].value) << "views outlive the assignment";
    first->source->done(before[i].position);
  }
  // The two readers receive all records again, because none was settled while its partition was
  // assigned.
  run_until([&] { return first->spy.records.size() - 20 + second->spy.records.size() >= 20; });
  end(*first, 0);
  end(*second, 0);
}

TEST_F(SourceGroup, CooperativeAssignmentWorks) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 4));
  auto cooperative = options();
  cooperative.properties = {{"partition.assignment.strategy", "cooperative-sticky"}};
  auto first = make_reader(cooperative);
  settle_all(*first);
  start(*first);
  run_until([&] { return assigned(*first) == 4; });
  auto second = make_reader(cooperative);
  settle_all(*second);
  start(*second);
  run_until([&] { return assigned(*first) == 2 && assigned(*second) == 2; });
  EXPECT_EQ(first->spy.revoked.size(), 2u) << "two partitions were never revoked";
  for (int i = 0; i < 20; ++i) {
    publish(shared_server(), topic_, std::to_string(i), std::to_string(i));
  }
  run_until([&] { return first->spy.records.size() + second->spy.records.size() == 20; });
  end(*first);
  end(*second);
}

TEST_F(SourceGroup, AMissingTopicIsToldAndJoinedWhenItComes) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  publish(shared_server(), topic_, "present");
  auto both = options();
  both.topics = {topic_, other_topic_};
  auto reader = make_reader(both);
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 1; });
  run_until([&] {
    return reader->source->status().missing_topics == std::vector<std::string>{other_topic_};
  });
  EXPECT_TRUE(log_.has(other_topic_));
  EXPECT_TRUE(reader->source->status().up);
  // It is reported as long as it is missing, even in the statistics of the millisecond of a
  // metadata request.
  const int64_t since = clock_.steady_ms();
  run_until([&] {
    EXPECT_EQ(reader->source->status().missing_topics.size(), 1u);
    return clock_.steady_ms() - since > 3000 || HasFailure();
  });

  ASSERT_TRUE(shared_server().create_topic(other_topic_, 2));
  publish(shared_server(), other_topic_, "late");
  run_until([&] { return reader->spy.records.size() == 2; }, std::chrono::seconds(10));
  EXPECT_EQ(reader->spy.records[1].position.topic, 1u);
  run_until([&] { return reader->source->status().missing_topics.empty(); });
  end(*reader);
}

TEST_F(SourceGroup, NoTopicAtAllIsWaitedFor) {
  auto reader = make_reader(options());
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->source->status().missing_topics.size() == 1; });
  EXPECT_FALSE(reader->spy.up()) << "nothing can be consumed";
  EXPECT_NE(reader->source->status().reason.find(topic_), std::string::npos);
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  publish(shared_server(), topic_, "first");
  run_until([&] { return reader->spy.records.size() == 1; }, std::chrono::seconds(10));
  end(*reader);
}

TEST_F(SourceGroup, ATopicMadeAnewIsReadFromItsBeginning) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  for (const char* value : {"a", "b", "c"}) publish(shared_server(), topic_, value);
  auto reader = make_reader(options());
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 3; });
  const Position old = reader->spy.records[0].position;
  ASSERT_TRUE(shared_server().delete_topic(topic_));
  run_until([&] { return !reader->source->status().missing_topics.empty(); });
  ASSERT_TRUE(shared_server().create_topic(topic_, 1));
  publish(shared_server(), topic_, "new");
  run_until([&] { return reader->spy.records.size() > 3; });
  EXPECT_EQ(reader->spy.records[3].value, "new");
  EXPECT_EQ(reader->spy.records[3].position.offset, 0);
  EXPECT_GT(reader->spy.records[3].position.epoch, old.epoch);
  EXPECT_EQ(reader->source->status().open, 4u);
  for (const auto& record : reader->spy.records) reader->source->done(record.position);
  EXPECT_EQ(reader->source->status().open, 0u);
  end(*reader);
}

TEST_F(SourceGroup, ARecordLargerThanAFetchComesThrough) {
  ASSERT_TRUE(shared_server().create_topic(topic_, 1, "max.message.bytes=30000000"));
  const std::string large(20'000'000, 'x');
  publish(shared_server(), topic_, "small");
  publish(shared_server(), topic_, large);
  publish(shared_server(), topic_, "behind");
  auto reader = make_reader(options());
  settle_all(*reader);
  start(*reader);
  run_until([&] { return reader->spy.records.size() == 3; });
  EXPECT_EQ(reader->spy.records[1].value->size(), large.size());
  end(*reader);
}

}  // namespace
}  // namespace hermod
