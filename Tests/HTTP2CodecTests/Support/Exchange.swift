/// Carries bytes between both until neither has any.
func exchange(_ client: TestClient, _ server: TestServer, budget: Int = 1 << 20) {
    while true {
        let toServer = client.takeOutput(limit: 1 << 20)
        server.receive(toServer)
        let toClient = server.takeOutput(budget: budget)
        client.receive(toClient)
        if toServer.isEmpty, toClient.isEmpty { return }
    }
}
