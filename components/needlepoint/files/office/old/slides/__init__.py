"""``.ppt``: a stream of records in each other, with shapes as records of drawings ([MS-PPT], [MS-ODRAW])."""
