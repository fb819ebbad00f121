using RocketMQ.Broker.Registration;

namespace RocketMQ.Broker.Health;

/// <summary>Whether clients can find the broker.</summary>
internal sealed class RegistrationCheck(NameServerRegistration registration) : IHealthCheck
{
    public IEnumerable<HealthFinding> Look()
    {
        var all = registration.NameServers;
        var registered = registration.Registered;
        yield return all.Count == 0
            ? new HealthFinding("nameserver", true, "namesrvAddr is empty: the broker registers nowhere")
            : new HealthFinding(
                "nameserver",
                registered.Count > 0,
                registered.Count > 0
                    ? $"registered with {string.Join(", ", registered)}" + (registered.Count < all.Count ? $", not with {string.Join(", ", all.Except(registered))}" : "")
                    : $"registered with none of {string.Join(", ", all)}: clients can't find this broker");
    }
}
