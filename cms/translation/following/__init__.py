"""An original that is published together with the wish that its translations follow: they are brought up to date then, now or
on the day that it is scheduled for."""
