/// PEM for tests: self-signed, of P-256 keys, valid for localhost from 2020 to 2120 unless the name says otherwise.
enum TestCertificates {
    static let first = """
        -----BEGIN CERTIFICATE-----
        MIIBTjCB9qADAgECAhQJaJk4+U/Y+N80TQnb9ykbBGVQGDAKBggqhkjOPQQDAjAQ
        MQ4wDAYDVQQDDAVmaXJzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAw
        MFowEDEOMAwGA1UEAwwFZmlyc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQT
        E7v3ThMSF2tVpB+3Ie8XqS6zBf5dgC84/IRAomQ+37q3KxXURtIi/m5RvTAnWIst
        d/djbrsyMQQGfIkdjGbzoywwKjAMBgNVHRMBAf8EAjAAMBoGA1UdEQQTMBGCCWxv
        Y2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNHADBEAiAMHlqpR0zdkVVU9EJJGIA6
        LmqTdQ0qMgD6CwlSZuEJGgIgAfRhCaB74fYMAHRXShsaVEY5217uyJIFGqXW+wbt
        vBE=
        -----END CERTIFICATE-----
        """
    static let firstKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGoBJICTDwzU4019n
        +xst9rwkeSVU5SIkS+kckP9xYeChRANCAAQTE7v3ThMSF2tVpB+3Ie8XqS6zBf5d
        gC84/IRAomQ+37q3KxXURtIi/m5RvTAnWIstd/djbrsyMQQGfIkdjGbz
        -----END PRIVATE KEY-----
        """
    static let firstKeyEncrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCNxr8705UVCL1le9XC
        pKxzAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQdqyb3I6o/gD1JhrE
        k3rDUQSBkGOeV+OuEZ7XuWy2eoz2LNMfP/XEBouGKZ6KV9527eu5uCvER0jtafcm
        dfjzbIes2gwJ2zs6rAHFIjDibzw4cGe9f4GeghVgdFne+/Z5WIQ/Hz3Ymf5IvqN5
        ePH7wCohM24qFuwU8QcnNuet6vmZpShBnOQxlcWborqRuadc7rhZ1PbIeK1gril3
        7yKRlh5OPA==
        -----END ENCRYPTED PRIVATE KEY-----
        """
    static let second = """
        -----BEGIN CERTIFICATE-----
        MIIBUjCB+KADAgECAhQFrRCXUNe6+Hfg3QGxs8wrHo4VEjAKBggqhkjOPQQDAjAR
        MQ8wDQYDVQQDDAZzZWNvbmQwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAw
        MDBaMBExDzANBgNVBAMMBnNlY29uZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
        BDkjXyAtboSrxtE8R1tHeTJFmx/BqfEu1d9GxXiltoTvxYAwXu7T51nxZY70Xd3A
        nDkNtFQ09P5C273QvJ23O6SjLDAqMAwGA1UdEwEB/wQCMAAwGgYDVR0RBBMwEYIJ
        bG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0kAMEYCIQCG3Hl/aPJN48z8KCxQ
        QXmJUyaJyvyeKWl6AIS7XY+gmwIhAO/uEVWG4dadfy0C5CedTXcnvR6FNM+C+hrk
        Pjk+t/9J
        -----END CERTIFICATE-----
        """
    static let secondKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbAl3TukhyCzASprt
        rJqYtlpb2BQfZ9GKHiZVeDinoLmhRANCAAQ5I18gLW6Eq8bRPEdbR3kyRZsfwanx
        LtXfRsV4pbaE78WAMF7u0+dZ8WWO9F3dwJw5DbRUNPT+Qtu90Lydtzuk
        -----END PRIVATE KEY-----
        """
    /// Valid until 2021.
    static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBUTCB+KADAgECAhQXJPAHHYGGSnGj12++edm9LprD2zAKBggqhkjOPQQDAjAS
        MRAwDgYDVQQDDAdleHBpcmVkMB4XDTIwMDEwMTAwMDAwMFoXDTIxMDEwMTAwMDAw
        MFowEjEQMA4GA1UEAwwHZXhwaXJlZDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
        BO5mo5oo0BBXzjYvhM6AqDypZI+epAIh9vEPGZo1RXpP75F+TbjUSL1D3QirwNQg
        bBq5wW3zPC7E1r0PXNuZawajLDAqMAwGA1UdEwEB/wQCMAAwGgYDVR0RBBMwEYIJ
        bG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIQDTDbU/DQYpRb17tAxr
        j+X/xLCvTc87T764hjo9HI/esAIgSX0txTyxcYWGFCZL9lcnldWZCY5QXP26tOFH
        6bo1v9s=
        -----END CERTIFICATE-----
        """
    static let expiredKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIFBkY5sXwsQ9BVUX
        l3YbL8jChxvngN3RahJdwHA6V92hRANCAATuZqOaKNAQV842L4TOgKg8qWSPnqQC
        IfbxDxmaNUV6T++Rfk241Ei9Q90Iq8DUIGwaucFt8zwuxNa9D1zbmWsG
        -----END PRIVATE KEY-----
        """
    static let clientRoot = """
        -----BEGIN CERTIFICATE-----
        MIIBYDCCAQWgAwIBAgIUGX3aZFbXj5XMZFq1l5yFDOXWX48wCgYIKoZIzj0EAwIw
        FjEUMBIGA1UEAwwLY2xpZW50IHJvb3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAx
        MDEwMDAwMDBaMBYxFDASBgNVBAMMC2NsaWVudCByb290MFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAECTD8FcgXPXfIYMLubgzOdHA72OeBWXVYoJOtzURQWRX8GbHQ
        kiGd5h7xX+hHS3jqvJUl1CJMYuDm5iT1Fpb7RaMvMC0wDwYDVR0TAQH/BAUwAwEB
        /zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSQAwRgIh
        ANx0V8AmLkCI7XXkS1keVU2YaH9Un8vmUbfcwPvNKhT/AiEA6NmNOckxg62xGQdd
        R6wQfqGkDhGHowm2CAEWDkXBpDY=
        -----END CERTIFICATE-----
        """
    /// Signed by `clientRoot`.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBVjCB/aADAgECAhRnsBs17U33NXZDNz6gUfXY7NaU0DAKBggqhkjOPQQDAjAW
        MRQwEgYDVQQDDAtjbGllbnQgcm9vdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEw
        MTAwMDAwMFowETEPMA0GA1UEAwwGY2xpZW50MFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAEQvNjIuFkkO0ZHrD5CfIduJdnYuDloVMHU0M9OPx83R90RSQp0+uGvXpB
        MmpKnDuHs9Wy+EIRK0l0DwcltzfbrKMsMCowDAYDVR0TAQH/BAIwADAaBgNVHREE
        EzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwIDSAAwRQIge95lGt9PkB4J
        ZkblyLyrVyMMtvkhkGezaDPAuAI8YOICIQDIm3z9IcoxYrfzuLq8JM0AJYpUSxRM
        NN9dYEHFWVsVSQ==
        -----END CERTIFICATE-----
        """
    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqNe4hGnjJuCInKVh
        HVlRsbLw//Hc10rp6G9sjy9XOAehRANCAARC82Mi4WSQ7RkesPkJ8h24l2di4OWh
        UwdTQz04/HzdH3RFJCnT64a9ekEyakqcO4ez1bL4QhErSXQPByW3N9us
        -----END PRIVATE KEY-----
        """
    static let stranger = """
        -----BEGIN CERTIFICATE-----
        MIIBVTCB/KADAgECAhRqv/fvKt/NiJi8X82KsxnWL+CDxjAKBggqhkjOPQQDAjAT
        MREwDwYDVQQDDAhzdHJhbmdlcjAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAw
        MDAwMFowEzERMA8GA1UEAwwIc3RyYW5nZXIwWTATBgcqhkjOPQIBBggqhkjOPQMB
        BwNCAAQZ45x9f5zBIQA/uAZ/nJ6HCIhXyTL2+M4L8FLl7CglaoY/GXsdKMWq9l72
        c6ab4Po0kLJDe2O8eeHGADbBug54oywwKjAMBgNVHRMBAf8EAjAAMBoGA1UdEQQT
        MBGCCWxvY2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNIADBFAiEAqGiNA723O+UZ
        22nqqB+AlbbD3Dg/8bsNJoXH63HkrDwCIE2339ljylvWaAaekPEUn7CFsTKvl4JV
        cUGB+k6QwBWg
        -----END CERTIFICATE-----
        """
    static let strangerKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwTkUja4C6DBxMjP1
        3AtHX2nNbKTLjCvvehvW+qegUsChRANCAAQZ45x9f5zBIQA/uAZ/nJ6HCIhXyTL2
        +M4L8FLl7CglaoY/GXsdKMWq9l72c6ab4Po0kLJDe2O8eeHGADbBug54
        -----END PRIVATE KEY-----
        """
}
