resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = "reports"
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.desired_count

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

resource "aws_ecs_task_definition" "this" {
  family = var.name

  container_definitions = jsonencode([{
    name  = "reports"
    image = "registry.example.com/cost-reports:1.42.0"
    environment = [
      { name = "DATABASE_HOST", value = var.database_host },
      { name = "ARCHIVE_BUCKET", value = var.archive },
      { name = "CURRENCY", value = var.currency },
    ]
  }])
}
