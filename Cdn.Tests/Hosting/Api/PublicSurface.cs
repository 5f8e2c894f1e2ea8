using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cdn.Tests.Hosting.Api;

/// <summary>
/// What an assembly offers to those who compile against it: a line for each type, for each interface that it has, and for each
/// member. A line says what a caller depends on: names, types, nullability, the order and defaults of parameters, constraints,
/// values of enums. Extension methods stand under <c>extensions</c>, since a caller does not name their class.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) => Of(assembly.GetExportedTypes());

    public static IEnumerable<string> Of(IEnumerable<Type> types) => types
        .Where(type => !IsGenerated(type))
        .SelectMany(Of)
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Of(Type type)
    {
        var methods = type.GetMethods(Declared)
            .Where(method => !method.IsSpecialName && !IsGenerated(method) && !IsOverride(method))
            .ToList();
        var extensions = methods.Where(method => method.IsDefined(typeof(ExtensionAttribute))).ToList();
        foreach (var extension in extensions)
        {
            yield return $"extensions: {TypeNames.Of(extension)}";
        }

        var isOnlyExtensions = extensions.Count > 0 && extensions.Count == methods.Count;
        if (isOnlyExtensions)
        {
            yield break;
        }

        var name = TypeNames.Of(type);
        yield return $"{name}: {Kind(type)}{TypeNames.Constraints(type.GetGenericArguments())}";
        var members = type.IsEnum
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}")
            : Bases(type).Select(parent => $"is {TypeNames.Of(parent)}")
                .Concat(Constructors(type))
                .Concat(type.GetFields(Declared).Where(field => !IsGenerated(field)).Select(TypeNames.Of))
                .Concat(Properties(type))
                .Concat(methods.Except(extensions).Select(TypeNames.Of));
        foreach (var member in members)
        {
            yield return $"{name}: {member}";
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        _ => "class",
    };

    /// <summary>The types that one can pass it as, apart from those that records and values have by themselves.</summary>
    private static IEnumerable<Type> Bases(Type type) => type.GetInterfaces()
        .Append(type.BaseType)
        .OfType<Type>()
        .Where(parent => parent.IsPublic && parent != typeof(object) && parent != typeof(ValueType))
        .Where(parent => parent.Name != "IEquatable`1");

    private static IEnumerable<string> Constructors(Type type) => type
        .GetConstructors(BindingFlags.Public | BindingFlags.Instance)
        .Select(constructor => $"new({TypeNames.Parameters(constructor)})");

    private static IEnumerable<string> Properties(Type type) => type.GetProperties(Declared)
        .Where(property => !IsGenerated(property) && !IsOverride(property.GetMethod!))
        .Select(TypeNames.Of);

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition() != method;

    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name is "Deconstruct";
}
