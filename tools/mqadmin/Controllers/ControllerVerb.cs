using System.CommandLine;

namespace RocketMQ.MqAdmin.Controllers;

/// <summary>A verb that asks a controller.</summary>
internal abstract class ControllerVerb : Verb
{
    protected ControllerVerb(string name, string description, string example)
        : base(name, description, $"-a localhost:19876 {example}".TrimEnd()) =>
        Controller = Required<string>("a", "controllerAddress", "A controller, as host:port; several joined by semicolons.");

    protected Option<string> Controller { get; }

    /// <summary>All that were named.</summary>
    protected IEnumerable<string> Addresses(Call call) => call.Get(Controller).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
