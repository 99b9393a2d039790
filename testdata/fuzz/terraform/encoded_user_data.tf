resource "x" "y" {
  user_data = base64encode(trimspace(<<-E
    #!/bin/sh
    rm -rf /srv/data
  E
  ))
  custom_data = "IyEvYmluL3NoCnJtIC1yZiAvc3J2L2RhdGEK"
  user_data_base64 = base64encode()
}
