"""Fine-tuning and distillation of extractive readers; needs torch and transformers, which the rest of Needlepoint does not."""
