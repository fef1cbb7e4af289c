rootProject.name = "coral-samples"
