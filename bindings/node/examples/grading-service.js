// What the examples test: a service that tells teachers when an essay is graded. It knows how to publish, and no more.
class GradingService {
  constructor(publish) {
    this.publish = publish
  }

  async grade(teacher, essay, grade) {
    await this.publish({
      teacher_id: teacher,
      notification_type: 'essay_graded',
      category: 'processing_results',
      priority: 'standard',
      payload: { essay, grade },
      correlation_id: `grading-${essay}`,
    })
  }
}

module.exports = { GradingService }
