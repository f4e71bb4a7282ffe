"""Who somebody is: a provider of identities, step-up, organisations' members, systems' keys."""
