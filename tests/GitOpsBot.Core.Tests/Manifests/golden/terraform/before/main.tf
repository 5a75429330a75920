# image = "ghcr.io/acme/checkout:1.0.0"
resource "google_cloud_run_v2_service" "checkout" {
  name     = "checkout"
  location = var.region // not "ghcr.io/acme/checkout:1.0.0"

  template {
    containers {
      image = "ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"
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
    [{"name": "checkout", "image": "ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"}]
  EOT
}
