bucket = "acme-states"
key    = "shop/live.tfstate"
region = "eu-west-1"
