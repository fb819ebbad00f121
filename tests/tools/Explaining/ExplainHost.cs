namespace RocketMQ.Tools.Tests.Explaining;

/// <summary>Stops the host that the tests of this folder share.</summary>
[SetUpFixture]
public sealed class ExplainHost
{
    [OneTimeTearDown]
    public Task StopAsync() => ExplainTest.StopAsync();
}
