# image = "ghcr.io/acme/checkout:1.0.0"
resource "google_cloud_run_v2_service" "checkout" {
  name     = "checkout"
  location = var.region // not "ghcr.io/acme/checkout:1.0.0"

  template {
    containers {
      image = "ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
      env {
        name  = "URL"
        value = "https://${var.host}/"
      }
    }
  }
  /* "ghcr.io/acme/checkout:1.0.0" */
}

resource "aws_ecs_task_definition" "checkout" {
  container_definitions = <<-EOT
    [{"name": "checkout", "image": "ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"}]
  EOT
}
