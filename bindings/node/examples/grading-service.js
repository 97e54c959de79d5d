// The service that the examples test: it notifies a teacher when an essay is graded. Its only dependency is `publish`.
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
